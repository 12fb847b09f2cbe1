import { DomainError } from '../errors/domain-error.ts';
import { rememberLatest } from '../remember-latest.ts';
import { minorUnitDigits } from './currencies.ts';

/** An amount in minor units with its currency. */
export interface Money {
  minorUnits: number;
  currency: string;
}

/** An amount as a client gives it. */
export type MoneyInput = Money;

/** An amount for display: a total of many sales may exceed what a number can hold. */
export interface ShownMoney {
  minorUnits: number | bigint;
  currency: string;
}

/** A stored sum of any number of amounts; a number as long as one can hold it. */
export const sumOfMoney = (amountMinor: bigint, currency: string): ShownMoney => {
  const minorUnits = Number(amountMinor);
  return { minorUnits: Number.isSafeInteger(minorUnits) ? minorUnits : amountMinor, currency };
};

/** @throws AMOUNT_TOO_LARGE for a sum that no number holds exactly; `formatMoney` can still write it */
export function numberOf({ minorUnits }: ShownMoney): number {
  if (typeof minorUnits === 'number') return minorUnits;
  const message = 'No number holds this amount exactly: ask for `formatted` alone.';
  throw new DomainError('AMOUNT_TOO_LARGE', 'INVALID', message);
}

export const isSameMoney = (one: Money, other: Money): boolean =>
  one.minorUnits === other.minorUnits && one.currency === other.currency;

export const moneyOf = (minorUnits: number, currency: string): Money => ({ minorUnits, currency });

/**
 * An amount as people read it: `formatMoney({ minorUnits: 1999, currency: 'EUR' }, 'de')` is "19,99 €". The
 * number of minor digits is ISO 4217's, whatever Intl would display.
 */
export function formatMoney(money: ShownMoney, locale: string): string {
  return formatOf(`${money.currency} ${locale}`).format(decimalOf(money) as never);
}

/** Creating a format costs a hundred times as much as using it, and clients choose the locale. */
const MAX_FORMATS = 500;
const formatOf = rememberLatest(MAX_FORMATS, (key) => {
  const [currency = '', locale] = key.split(' ');
  const digits = minorUnitDigits(currency);
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
});

/** An amount as a decimal number in text, `-0.05`, exact even for the largest amounts. */
export function decimalOf({ minorUnits, currency }: ShownMoney): string {
  const digits = minorUnitDigits(currency);
  const text = String(minorUnits)
    .replace('-', '')
    .padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const fraction = text.slice(text.length - digits);
  return `${minorUnits < 0 ? '-' : ''}${whole}${digits > 0 ? `.${fraction}` : ''}`;
}
