import type { OrderLine, SellerOrder } from '../order.ts';

/** What was paid for a line: its price less its share of discounts, plus the tax if that was added. */
export const paidFor = (line: OrderLine, taxIncluded: boolean): number =>
  line.totalMinor - line.discountMinor + (taxIncluded ? 0 : line.taxMinor);

/** How many units of a line can still be refunded. */
export const refundableOf = ({ quantity, refundedQuantity }: OrderLine): number =>
  quantity - refundedQuantity;

/**
 * The value of some more units of a line: that of all refunded units less that of those refunded before. So
 * refunds, in any order, sum to the amount paid once the last of them is done.
 */
export function worthOf(line: OrderLine, quantity: number, taxIncluded: boolean): number {
  const upTo = partOf(paidFor(line, taxIncluded), line.refundedQuantity + quantity, line.quantity);
  return Math.max(0, upTo - line.refundedMinor);
}

/** Some units of a line are refunded, for this amount. */
export interface RefundedLine {
  line: OrderLine;
  quantity: number;
  amountMinor: number;
}

/** Returned units of a line, some of which may have been refunded before. */
export interface ReturnedLine extends RefundedLine {
  returned: number;
}

/**
 * The amounts for which lines are refunded: their value, as far as something is left. An amount that is not
 * for lines may have been refunded before, which does not prevent cancelling them.
 */
export function worthOfLines(
  lines: readonly { line: OrderLine; quantity: number }[],
  leftMinor: number,
  taxIncluded: boolean,
): RefundedLine[] {
  let left = leftMinor;
  return lines.map(({ line, quantity }) => {
    const amountMinor = Math.min(worthOf(line, quantity, taxIncluded), left);
    left -= amountMinor;
    return { line, quantity, amountMinor };
  });
}

/**
 * The amounts for which returned goods are refunded. Units of them, or an amount that is not for lines, may
 * have been refunded while they were under way: the return is accepted all the same, and what is left is
 * refunded.
 */
export function worthOfReturned(
  lines: readonly { line: OrderLine; quantity: number }[],
  leftMinor: number,
  taxIncluded: boolean,
): ReturnedLine[] {
  const owed = lines.map(({ line, quantity: returned }) => ({
    line,
    quantity: Math.min(returned, refundableOf(line)),
  }));
  const worth = worthOfLines(owed, leftMinor, taxIncluded);
  return lines.flatMap(({ quantity: returned }, place) => {
    const paid = worth[place];
    return paid ? [{ ...paid, returned }] : [];
  });
}

/** How much of a seller's part can still be refunded. */
export const leftOf = ({
  totalMinor,
  refundedMinor,
}: Pick<SellerOrder, 'totalMinor' | 'refundedMinor'>): number => totalMinor - refundedMinor;

/** The commission that the platform gives back when a seller refunds this amount. */
export const commissionBack = (
  { commissionMinor, totalMinor, refundedMinor }: SellerOrder,
  amountMinor: number,
): number =>
  partOf(commissionMinor, refundedMinor + amountMinor, totalMinor) -
  partOf(commissionMinor, refundedMinor, totalMinor);

const partOf = (amount: number, part: number, whole: number): number =>
  whole === 0 ? 0 : Number((BigInt(amount) * BigInt(part)) / BigInt(whole));
