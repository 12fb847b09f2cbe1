import { minorUnitDigits } from '@souk/runtime/domain';

/**
 * For these, Stripe uses other minor units than ISO 4217, or charges only multiples of ten or a hundred of
 * them. They are not offered: an amount that has to be converted will sooner or later be converted wrongly.
 */
const COUNTED_OTHERWISE = new Set(['ISK', 'MGA', 'UGX']);

/** Whether an amount of this currency means the same to Stripe. */
export const isCountedAlike = (currency: string): boolean =>
  minorUnitDigits(currency) <= 2 && !COUNTED_OTHERWISE.has(currency);
