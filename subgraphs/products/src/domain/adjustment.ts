import { badInput, checkAll, checkedWhole, isIdOf } from '@souk/runtime/domain';
import { variantNotFound } from './errors.ts';
import type { StockReason } from './stock.ts';

/** What somebody wants to put into stock or take out. */
export interface RequestedAdjustment {
  variantId: string;
  delta: number;
  reason: StockReason;
}

const MAX_DELTA = 1_000_000;

/** Throws all mistakes of an adjustment together. */
export function assertAdjustment({ variantId, delta, reason }: RequestedAdjustment): void {
  checkAll({
    variantId: () => {
      if (!isIdOf('var', variantId)) throw variantNotFound(['input', 'variantId']);
    },
    delta: () => assertDelta(delta, reason),
    reason: () => {
      if (reason === 'RESERVATION' || reason === 'RELEASE') {
        throw badInput('Only orders reserve and release stock.', ['input', 'reason']);
      }
    },
  });
}

function assertDelta(delta: number, reason: StockReason): void {
  const path = ['input', 'delta'];
  checkedWhole(delta, path, { min: -MAX_DELTA, max: MAX_DELTA });
  if (delta === 0) throw badInput('Nothing would change.', path);
  if (reason === 'SALE' && delta > 0) throw badInput('A sale takes stock out.', path);
  if (reason === 'RETURN' && delta < 0) throw badInput('A return puts stock in.', path);
}
