import { minorUnitDigits } from './currencies.ts';

/** An amount in minor units with its currency, and the same for people to read. */
export interface Money {
  minorUnits: number;
  currency: string;
  formatted: string;
}

const formats = new Map<string, Intl.NumberFormat>();

function formatOf(currency: string): Intl.NumberFormat {
  const known = formats.get(currency);
  if (known) return known;
  const digits = minorUnitDigits(currency);
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  formats.set(currency, format);
  return format;
}

/** `moneyOf(1999, 'EUR')` reads "€19.99"; how many digits are minor units is ISO 4217's word. */
export function moneyOf(minorUnits: number, currency: string): Money {
  const amount = decimalOf(minorUnits, minorUnitDigits(currency));
  return { minorUnits, currency, formatted: formatOf(currency).format(amount as never) };
}

/** As a decimal text, so that the largest amounts are not rounded on their way to the formatter. */
function decimalOf(minorUnits: number, digits: number): string {
  const text = String(Math.abs(minorUnits)).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const fraction = text.slice(text.length - digits);
  return `${minorUnits < 0 ? '-' : ''}${whole}${digits > 0 ? `.${fraction}` : ''}`;
}
