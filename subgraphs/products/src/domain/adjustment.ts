import { badInput, checkAll, checkedWhole, isIdOf } from '@souk/runtime/domain';
import { variantNotFound } from './errors.ts';
import type { StockReason } from './stock.ts';

/** The kind of each reason in the ledger, and in which direction it moves stock: in, out, or either. */
const REASONS = {
  RECEIVED: { counts: 'ADJUSTMENT', way: 'in' },
  COUNTED: { counts: 'ADJUSTMENT', way: 'either' },
  DAMAGED: { counts: 'ADJUSTMENT', way: 'out' },
  LOST: { counts: 'ADJUSTMENT', way: 'out' },
  CUSTOMER_RETURN: { counts: 'RETURN', way: 'in' },
  SOLD_ELSEWHERE: { counts: 'SALE', way: 'out' },
  OTHER: { counts: 'ADJUSTMENT', way: 'either' },
} as const satisfies Record<string, { counts: StockReason; way: 'in' | 'out' | 'either' }>;

/** Why somebody adds or removes stock; what orders do with it has other reasons. */
export type AdjustmentReason = keyof typeof REASONS;

/** A requested change of stock. */
export interface RequestedAdjustment {
  variantId: string;
  delta: number;
  reason: AdjustmentReason;
}

const MAX_DELTA = 1_000_000;

/** The ledger's reason of an adjustment. */
export const stockReasonOf = (reason: AdjustmentReason): StockReason => REASONS[reason].counts;

/** Throws all mistakes of an adjustment together. */
export function assertAdjustment({ variantId, delta, reason }: RequestedAdjustment): void {
  checkAll({
    variantId: () => {
      if (!isIdOf('var', variantId)) throw variantNotFound(['input', 'variantId']);
    },
    delta: () => assertDelta(delta, reason),
  });
}

function assertDelta(delta: number, reason: AdjustmentReason): void {
  const path = ['input', 'delta'];
  checkedWhole(delta, path, { min: -MAX_DELTA, max: MAX_DELTA });
  if (delta === 0) throw badInput('Nothing would change.', path);
  const { way } = REASONS[reason];
  if (way === 'in' && delta < 0) throw badInput(`${reason} puts stock in.`, path);
  if (way === 'out' && delta > 0) throw badInput(`${reason} takes stock out.`, path);
}
