import { DAY_MS } from '@souk/runtime/domain';
/** A way to send goods: a flat price, and one for each kilogram or part of it. */
export interface DeliveryRate {
  readonly code: string;
  readonly label: string;
  /** Destination countries; empty: all. */
  readonly countries: readonly string[];
  readonly currency: string;
  readonly flatMinor: number;
  readonly perKilogramMinor: number;
  /** Days until arrival, at the earliest and the latest; null when unknown. */
  readonly days: readonly [earliest: number, latest: number] | null;
}

/** A way to send one seller's goods. */
export interface DeliveryOption {
  /** Of this seller's goods: `<seller>/<rate>`. */
  code: string;
  label: string;
  priceMinor: number;
  earliest: Date | null;
  latest: Date | null;
}

/**
 * The maximum price of a delivery: for as many sellers as an order can have, all together stay far below the
 * limit of sums.
 */
export const MAX_DELIVERY_MINOR = 10 ** 13;

/** Offered when no rates are configured: free of charge, with an unknown time of arrival. */
const FREE = { code: 'standard', label: 'Standard delivery' };

/** The ways to send goods of a seller, the cheapest first; none when nobody delivers there. */
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
