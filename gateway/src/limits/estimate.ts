import type { VariableValues } from './list-size.ts';

/** What is found on the way to a sum. */
export interface Findings {
  readonly pages: { argument: string; value: number }[];
  readonly unsliced: Map<string, readonly string[]>;
}

/** What counting takes that is only known with the request. */
export interface Asked extends Findings {
  readonly variables: VariableValues;
}

/** A number where no variable has a say, else how to come to it. */
export type Estimate<Value = number> = Value | ((asked: Asked) => Value);

export const isFixed = <Value>(estimate: Estimate<Value>): estimate is Value =>
  typeof estimate !== 'function';

const settled = (estimate: Estimate, asked: Asked): number =>
  typeof estimate === 'function' ? estimate(asked) : estimate;

/** Combines estimates; at once, when all are known. */
export function combine(
  estimates: readonly Estimate[],
  join: (values: readonly number[]) => number,
): Estimate {
  if (estimates.every(isFixed)) return join(estimates);
  return (asked) => join(estimates.map((estimate) => settled(estimate, asked)));
}

export const sumOf = (estimates: readonly Estimate[]): Estimate =>
  combine(estimates, (values) => values.reduce((sum, value) => sum + value, 0));
