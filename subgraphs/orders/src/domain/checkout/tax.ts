import { shareOf } from './allocate.ts';

/** What of a sale is tax: by country, in hundredths of a percent, and whether prices hold it already. */
export interface TaxTable {
  /** `*` stands for every country that is not named. */
  readonly rates: Readonly<Record<string, number>>;
  readonly included: boolean;
}

export const taxRateOf = ({ rates }: TaxTable, country: string): number =>
  rates[country] ?? rates['*'] ?? 0;

/** The tax of an amount: part of it where prices hold it, else what comes on top. */
export const taxOf = (amount: number, rate: number, included: boolean): number =>
  shareOf(amount, rate, included ? 10_000 + rate : 10_000);
