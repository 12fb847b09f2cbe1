import { minorUnitDigits } from '@souk/runtime/domain';

/**
 * Of these Stripe counts other minor units than ISO 4217 does, or charges no amount that is not a multiple of
 * ten or a hundred of them. They are not offered: an amount that has to be turned into another is sooner or
 * later turned wrongly.
 */
const COUNTED_OTHERWISE = new Set(['ISK', 'MGA', 'UGX']);

/** Whether an amount of this currency means the same to Stripe. */
export const isCountedAlike = (currency: string): boolean =>
  minorUnitDigits(currency) <= 2 && !COUNTED_OTHERWISE.has(currency);
