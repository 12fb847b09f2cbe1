import { rememberLatest } from '../remember-latest.ts';
import { minorUnitDigits } from './currencies.ts';

/** An amount in minor units with its currency. */
export interface Money {
  minorUnits: number;
  currency: string;
}

/** An amount as a client gives it. */
export type MoneyInput = Money;

export const isSameMoney = (one: Money, other: Money): boolean =>
  one.minorUnits === other.minorUnits && one.currency === other.currency;

export const moneyOf = (minorUnits: number, currency: string): Money => ({ minorUnits, currency });

/**
 * An amount as people read it: `formatMoney({ minorUnits: 1999, currency: 'EUR' }, 'de')` is "19,99 €".
 * How many digits are minor units is ISO 4217's word, whatever Intl would show.
 */
export function formatMoney(money: Money, locale: string): string {
  return formatOf(`${money.currency} ${locale}`).format(decimalOf(money) as never);
}

/** Making a format takes a hundred times as long as using it; the locale is a client's choice. */
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

/** An amount as a decimal number in text, `-0.05`, in which the largest are not rounded. */
export function decimalOf({ minorUnits, currency }: Money): string {
  const digits = minorUnitDigits(currency);
  const text = String(Math.abs(minorUnits)).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const fraction = text.slice(text.length - digits);
  return `${minorUnits < 0 ? '-' : ''}${whole}${digits > 0 ? `.${fraction}` : ''}`;
}
