import { CURRENCIES, isAllowed, SCALAR_RULES } from '@souk/runtime/domain';
import type { Setting } from '@souk/runtime/process';
import type { DeliveryRate } from './domain/checkout/delivery.ts';
import type { PriceTables } from './domain/checkout/quote.ts';

/** Without configured prices nothing is charged. */
const NONE: PriceTables = { deliveryRates: [], tax: { rates: {}, included: true } };

const EXAMPLE =
  '{"deliveries":[{"code":"post","label":"By post","countries":["SE"],"currency":"EUR","flatMinor":490,"perKilogramMinor":100,"days":[2,4]}],"taxes":{"SE":2500,"*":0},"pricesIncludeTax":true}';

/** Reads `PRICE_TABLES`: JSON, each part of which is checked when the process starts. */
export const priceTables = (): Setting<PriceTables> => ({
  variable: 'PRICE_TABLES',
  example: EXAMPLE,
  required: false,
  read: (text) => (text === undefined ? NONE : tablesOf(parsed(text))),
});

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Reported below, without the text.
  }
  throw new Error('must be a JSON object.');
}

function tablesOf({
  deliveries = [],
  taxes = {},
  pricesIncludeTax = true,
}: Record<string, unknown>): PriceTables {
  if (!Array.isArray(deliveries)) throw new Error('needs a list of `deliveries`.');
  if (typeof pricesIncludeTax !== 'boolean')
    throw new Error('needs a true or false `pricesIncludeTax`.');
  const rates = Object.entries(taxes as object).map(([country, rate]) => {
    if (!isCountry(country) && country !== '*')
      throw new Error(`has taxes of no country: ${country}.`);
    return [country, whole(rate, `taxes.${country}`, 10_000)] as const;
  });
  return {
    deliveryRates: deliveries.map(rateOf),
    tax: { rates: Object.fromEntries(rates), included: pricesIncludeTax },
  };
}

function rateOf(given: Record<string, unknown>, index: number): DeliveryRate {
  const at = `deliveries.${index}`;
  const { code, label, countries = [], currency, days = null } = given;
  if (typeof code !== 'string' || !/^[a-z0-9-]{1,40}$/.test(code)) {
    throw new Error(`needs a ${at}.code of small letters, digits and dashes.`);
  }
  if (typeof label !== 'string' || label === '') throw new Error(`needs a ${at}.label.`);
  if (!Array.isArray(countries) || !countries.every(isCountry)) {
    throw new Error(`needs ${at}.countries that are countries.`);
  }
  if (!CURRENCIES.includes(currency as string)) throw new Error(`needs a ${at}.currency.`);
  if (days !== null && (!Array.isArray(days) || days.length !== 2)) {
    throw new Error(`needs two ${at}.days, or none.`);
  }
  return {
    code,
    label,
    countries,
    currency: currency as string,
    flatMinor: whole(given.flatMinor ?? 0, `${at}.flatMinor`),
    perKilogramMinor: whole(given.perKilogramMinor ?? 0, `${at}.perKilogramMinor`),
    days: days && [whole(days[0], `${at}.days.0`, 365), whole(days[1], `${at}.days.1`, 365)],
  };
}

function whole(value: unknown, at: string, max = 1_000_000_000): number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max) {
    return value as number;
  }
  throw new Error(`needs a whole number from 0 to ${max} as ${at}.`);
}

const isCountry = (code: unknown): boolean =>
  typeof code === 'string' &&
  code === code.toUpperCase() &&
  isAllowed(() => SCALAR_RULES.CountryCode?.(code, []));
