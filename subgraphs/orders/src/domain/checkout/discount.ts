import { badInput } from '@souk/runtime/domain';
import { shareOf } from './allocate.ts';

/** A code that reduces the price of an order, by a share or an amount. */
export interface DiscountCode {
  code: string;
  basisPoints: number | null;
  amountMinor: number | null;
  currency: string | null;
  minimumMinor: number;
  startsAt: Date | null;
  endsAt: Date | null;
  uses: number | null;
  used: number;
  /** Whether the buyer has used it before: everybody can use a code once. */
  isUsedByBuyer: boolean;
}

export const USED_UP = 'This code is used up.';
export const USED_BEFORE = 'You have already used this code.';

/** A code on a cart, and its effect there. */
export interface AppliedDiscount {
  code: string;
  amountMinor: number;
  /** Why it has no effect; null when it has one. */
  reason: string | null;
}

const MOST_CODES = 5;

export function assertFewCodes(codes: readonly string[]): void {
  if (codes.length > MOST_CODES) {
    throw badInput(`An order can have at most ${MOST_CODES} codes.`, ['input', 'discountCodes']);
  }
}

/**
 * The codes on a cart and some more, its own first; further ones are left out, and so are repeats in another
 * spelling.
 */
export function withCodes(
  own: readonly string[],
  more: readonly string[],
): { codes: string[]; leftOut: string[] } {
  const all = [...new Set([...own, ...more])];
  return { codes: all.slice(0, MOST_CODES), leftOut: all.slice(MOST_CODES) };
}

/** As it is stored, however it was typed. */
export const canonicalDiscountCode = (typed: string): string =>
  typed.normalize('NFKC').trim().toUpperCase();

/** Why a code cannot be used on goods of this value; null when it can. */
export function refusalOf(
  discount: DiscountCode,
  { subtotalMinor, currency, now }: { subtotalMinor: number; currency: string; now: Date },
): string | null {
  const { startsAt, endsAt, uses, used, minimumMinor } = discount;
  if (startsAt !== null && now < startsAt) return 'This code is not valid yet.';
  if (endsAt !== null && now >= endsAt) return 'This code is no longer valid.';
  if (discount.isUsedByBuyer) return USED_BEFORE;
  if (uses !== null && used >= uses) return USED_UP;
  if (discount.currency !== null && discount.currency !== currency) {
    return `This code is for orders in ${discount.currency}.`;
  }
  return subtotalMinor < minimumMinor ? 'The cart’s total is too low for this code.' : null;
}

/** The reductions of several codes, each applied to what is left; together never more than the total. */
export function applyDiscounts(
  discounts: readonly DiscountCode[],
  of: { subtotalMinor: number; currency: string; now: Date },
): AppliedDiscount[] {
  let left = of.subtotalMinor;
  return discounts.slice(0, MOST_CODES).map((discount) => {
    const reason = refusalOf(discount, of);
    const { code, basisPoints, amountMinor } = discount;
    if (reason !== null) return { code, amountMinor: 0, reason };
    const wanted = basisPoints === null ? (amountMinor ?? 0) : shareOf(left, basisPoints);
    const taken = Math.min(left, wanted);
    left -= taken;
    return { code, amountMinor: taken, reason: null };
  });
}
