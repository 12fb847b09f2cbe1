import { badInput } from '../errors/common-errors.ts';

/**
 * Sums of money are exact or they are refused: above 2^53 - 1 a number would be rounded silently. Use cases
 * limit what can be ordered, so that people learn of the limit where it applies.
 */
const exact = (amountMinor: number): number => {
  if (!Number.isSafeInteger(amountMinor)) throw tooMuchMoney();
  return amountMinor;
};

export const tooMuchMoney = (path?: readonly (string | number)[]) =>
  badInput('This amount is too large.', path);

/** The total of several amounts. */
export function sumMinor<Item>(items: Iterable<Item>, amountOf: (item: Item) => number): number {
  let sum = 0;
  for (const item of items) sum = exact(sum + exact(amountOf(item)));
  return sum;
}

/** The price of this many of one thing. */
export const timesMinor = (unitMinor: number, quantity: number): number =>
  exact(exact(unitMinor) * quantity);

/** A stored amount as a number. One that no number holds exactly is not a client's mistake but ours. */
export function storedMinor(amountMinor: bigint): number {
  const amount = Number(amountMinor);
  if (!Number.isSafeInteger(amount)) throw new Error(`No number holds ${amountMinor} exactly.`);
  return amount;
}
