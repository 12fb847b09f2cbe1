import { DAY_MS } from '@souk/runtime/domain';
/** A way of sending goods: a flat price, and one for each kilogram begun. */
export interface DeliveryRate {
  readonly code: string;
  readonly label: string;
  /** Where to, by country; empty: everywhere. */
  readonly countries: readonly string[];
  readonly currency: string;
  readonly flatMinor: number;
  readonly perKilogramMinor: number;
  /** Days until it is there, at the earliest and the latest; null: nobody says. */
  readonly days: readonly [earliest: number, latest: number] | null;
}

/** A way in which one seller's goods can be sent. */
export interface DeliveryOption {
  /** Of this seller's goods: `<seller>/<rate>`. */
  code: string;
  label: string;
  priceMinor: number;
  earliest: Date | null;
  latest: Date | null;
}

/**
 * More than that no delivery costs: of as many sellers as an order can have, all together stay far below
 * where sums end.
 */
export const MAX_DELIVERY_MINOR = 10 ** 13;

/** What is offered where no rates are set: it costs nothing, and nobody says when it comes. */
const FREE = { code: 'standard', label: 'Standard delivery' };

/** The ways to send goods of a seller, the cheapest first; none where nobody sends to. */
export function deliveryOptionsOf(
  rates: readonly DeliveryRate[],
  parcel: { sellerId: string; country: string; currency: string; weightGrams: number },
  now: Date,
): DeliveryOption[] {
  const { sellerId, country, currency, weightGrams } = parcel;
  if (rates.length === 0) {
    return [
      { ...FREE, code: `${sellerId}/${FREE.code}`, priceMinor: 0, earliest: null, latest: null },
    ];
  }
  const kilograms = Math.ceil(weightGrams / 1_000);
  return rates
    .filter((rate) => rate.currency === currency)
    .filter(({ countries }) => countries.length === 0 || countries.includes(country))
    .map(({ code, label, flatMinor, perKilogramMinor, days }) => ({
      code: `${sellerId}/${code}`,
      label,
      priceMinor: flatMinor + perKilogramMinor * kilograms,
      earliest: days && new Date(now.getTime() + days[0] * DAY_MS),
      latest: days && new Date(now.getTime() + days[1] * DAY_MS),
    }))
    .filter(({ priceMinor }) => priceMinor <= MAX_DELIVERY_MINOR)
    .sort((a, b) => a.priceMinor - b.priceMinor);
}
