import { badInput } from '../errors/common-errors.ts';

/**
 * Sums of money are exact or they are refused: above 2^53 - 1 a number would be rounded without a word.
 * Whoever lets people order bounds what can be ordered, so that they learn it in its place.
 */
export function exactMinor(
  amountMinor: number | bigint,
  path?: readonly (string | number)[],
): number {
  const amount = Number(amountMinor);
  if (!Number.isSafeInteger(amount)) throw tooMuchMoney(path);
  return amount;
}

export const tooMuchMoney = (path?: readonly (string | number)[]) =>
  badInput('This is more money than can be counted.', path);

/** What amounts of several things come to. */
export function sumMinor<Item>(items: Iterable<Item>, amountOf: (item: Item) => number): number {
  let sum = 0;
  for (const item of items) sum = exactMinor(sum + exactMinor(amountOf(item)));
  return sum;
}

/** What so many of one thing cost. */
export const timesMinor = (unitMinor: number, quantity: number): number =>
  exactMinor(exactMinor(unitMinor) * quantity);
