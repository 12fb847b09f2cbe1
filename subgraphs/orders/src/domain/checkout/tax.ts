import { shareOf } from './allocate.ts';

/** Tax rates by country, in hundredths of a percent, and whether prices include the tax. */
export interface TaxTable {
  /** `*` stands for every country that is not listed. */
  readonly rates: Readonly<Record<string, number>>;
  readonly included: boolean;
}

export const taxRateOf = ({ rates }: TaxTable, country: string): number =>
  rates[country] ?? rates['*'] ?? 0;

/** The tax of an amount: part of it when prices include tax, otherwise added to it. */
export const taxOf = (amount: number, rate: number, included: boolean): number =>
  shareOf(amount, rate, included ? 10_000 + rate : 10_000);
