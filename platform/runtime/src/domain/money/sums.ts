import { badInput } from '../errors/common-errors.ts';

/**
 * Sums of money are exact or they are refused: above 2^53 - 1 a number would be rounded without a word.
 * Whoever lets people order bounds what can be ordered, so that they learn it in its place.
 */
const exact = (amountMinor: number): number => {
  if (!Number.isSafeInteger(amountMinor)) throw tooMuchMoney();
  return amountMinor;
};

export const tooMuchMoney = (path?: readonly (string | number)[]) =>
  badInput('This is more money than can be counted.', path);

/** What amounts of several things come to. */
export function sumMinor<Item>(items: Iterable<Item>, amountOf: (item: Item) => number): number {
  let sum = 0;
  for (const item of items) sum = exact(sum + exact(amountOf(item)));
  return sum;
}

/** What so many of one thing cost. */
export const timesMinor = (unitMinor: number, quantity: number): number =>
  exact(exact(unitMinor) * quantity);

/** A stored amount as a number. One that no number holds exactly is nobody's bad input: it is a fault of ours. */
export function storedMinor(amountMinor: bigint): number {
  const amount = Number(amountMinor);
  if (!Number.isSafeInteger(amount)) throw new Error(`No number holds ${amountMinor} exactly.`);
  return amount;
}
