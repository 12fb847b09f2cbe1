import type { OrderLine, SellerOrder } from '../order.ts';

/** What was paid for a line: less its part of what codes took off, and with the tax that came on top. */
export const paidFor = (line: OrderLine, taxIncluded: boolean): number =>
  line.totalMinor - line.discountMinor + (taxIncluded ? 0 : line.taxMinor);

/** How many of a line may still be paid back. */
export const refundableOf = ({ quantity, refundedQuantity }: OrderLine): number =>
  quantity - refundedQuantity;

/**
 * What so many more of a line are worth: what all that went back is worth, less what went back before.
 * So any refunds, in any order, sum to what was paid when the last of them is done.
 */
export function worthOf(line: OrderLine, quantity: number, taxIncluded: boolean): number {
  const upTo = partOf(paidFor(line, taxIncluded), line.refundedQuantity + quantity, line.quantity);
  return Math.max(0, upTo - line.refundedMinor);
}

/** So many of a line are paid back, for so much. */
export interface RefundedLine {
  line: OrderLine;
  quantity: number;
  amountMinor: number;
}

/** Goods of a line that came back, of which some may have been paid back before. */
export interface ReturnedLine extends RefundedLine {
  returned: number;
}

/**
 * What lines are paid back for: what they are worth, as far as there is something left. An amount beside them may
 * have been paid back before, which keeps nobody from calling them off.
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
 * What goods that came back are paid back for. Units of them, or an amount beside them, may have been paid back
 * while they were on their way: what came back is taken in all the same, and pays what is left.
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

/** What of a seller's part may still be paid back. */
export const leftOf = ({
  totalMinor,
  refundedMinor,
}: Pick<SellerOrder, 'totalMinor' | 'refundedMinor'>): number => totalMinor - refundedMinor;

/** What the platform gives back of what it kept, when a seller gives back so much. */
export const commissionBack = (
  { commissionMinor, totalMinor, refundedMinor }: SellerOrder,
  amountMinor: number,
): number =>
  partOf(commissionMinor, refundedMinor + amountMinor, totalMinor) -
  partOf(commissionMinor, refundedMinor, totalMinor);

const partOf = (amount: number, part: number, whole: number): number =>
  whole === 0 ? 0 : Number((BigInt(amount) * BigInt(part)) / BigInt(whole));
