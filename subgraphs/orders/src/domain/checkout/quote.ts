import { sumMinor } from '@souk/runtime/domain';
import { notDelivered } from '../errors.ts';
import type { PricedLine } from '../priced-lines.ts';
import { allocate, shareOf } from './allocate.ts';
import { type DeliveryOption, type DeliveryRate, deliveryOptionsOf } from './delivery.ts';
import { type AppliedDiscount, applyDiscounts, type DiscountCode } from './discount.ts';
import { type TaxTable, taxOf, taxRateOf } from './tax.ts';

/** What prices depend on besides the catalogue. */
export interface PriceTables {
  readonly deliveryRates: readonly DeliveryRate[];
  readonly tax: TaxTable;
}

/** A line that will be bought, and its weight. */
export type QuotableLine = PricedLine & { weightGrams: number | null; commissionRate: number };

export interface QuoteRequest {
  currency: string;
  lines: readonly QuotableLine[];
  /** The destination; null when not known yet. */
  country: string | null;
  discounts: readonly DiscountCode[];
  /** The chosen option of each seller. */
  deliveries: Readonly<Record<string, string>>;
  /** Uses the cheapest option where none is chosen. */
  choosesCheapest?: boolean;
}

export interface QuotedLine extends QuotableLine {
  discountMinor: number;
  taxMinor: number;
  commissionMinor: number;
}

/** What one seller sends and receives. */
export interface QuotedPart {
  sellerId: string;
  lines: QuotedLine[];
  subtotalMinor: number;
  discountMinor: number;
  options: DeliveryOption[];
  selected: DeliveryOption | null;
  taxMinor: number;
  commissionMinor: number;
  /** From what is known so far. */
  totalMinor: number;
}

/** The price of an order; `isComplete` when nothing is open any more. */
export interface Quote {
  currency: string;
  parts: QuotedPart[];
  discounts: AppliedDiscount[];
  subtotalMinor: number;
  discountMinor: number;
  shippingMinor: number;
  taxMinor: number;
  taxIncluded: boolean;
  totalMinor: number;
  isComplete: boolean;
}

/**
 * Prices goods of any sellers for one buyer. Every sum is the sum of its parts: discounts are allocated to
 * lines without remainder, taxes are those of the lines and the deliveries.
 */
export function quoteOf(request: QuoteRequest, tables: PriceTables, now: Date): Quote {
  const { currency, lines, country } = request;
  const subtotalMinor = sumMinor(lines, ({ totalMinor }) => totalMinor);
  const discounts = applyDiscounts(request.discounts, { subtotalMinor, currency, now });
  const discountMinor = sumMinor(discounts, ({ amountMinor }) => amountMinor);
  const shares = allocate(
    discountMinor,
    lines.map(({ totalMinor }) => totalMinor),
  );
  const rate = country === null ? 0 : taxRateOf(tables.tax, country);
  const quoted = lines.map((line, index): QuotedLine => {
    const share = shares[index] ?? 0;
    const paid = line.totalMinor - share;
    return {
      ...line,
      discountMinor: share,
      taxMinor: taxOf(paid, rate, tables.tax.included),
      commissionMinor: shareOf(paid, line.commissionRate),
    };
  });
  const parts = [...new Set(lines.map(({ sellerId }) => sellerId))].map((sellerId) =>
    partOf(
      sellerId,
      quoted.filter((line) => line.sellerId === sellerId),
      { request, tables, rate, now },
    ),
  );
  const shippingMinor = sumMinor(parts, ({ selected }) => selected?.priceMinor ?? 0);
  return {
    currency,
    parts,
    discounts,
    subtotalMinor,
    discountMinor,
    shippingMinor,
    taxMinor: sumMinor(parts, ({ taxMinor }) => taxMinor),
    taxIncluded: tables.tax.included,
    totalMinor: sumMinor(parts, ({ totalMinor }) => totalMinor),
    isComplete: country !== null && parts.every(({ selected }) => selected !== null),
  };
}

function partOf(
  sellerId: string,
  lines: QuotedLine[],
  {
    request: { country, currency, deliveries, choosesCheapest = false },
    tables: { deliveryRates, tax },
    rate,
    now,
  }: { request: QuoteRequest; tables: PriceTables; rate: number; now: Date },
): QuotedPart {
  const weightGrams = lines.reduce((all, line) => all + (line.weightGrams ?? 0) * line.quantity, 0);
  const parcel = { sellerId, currency, weightGrams };
  const options =
    country === null ? [] : deliveryOptionsOf(deliveryRates, { ...parcel, country }, now);
  const chosen = options.find(({ code }) => code === deliveries[sellerId]);
  // With a single option, or when nobody was asked, there is nothing to choose.
  const taken = options.length === 1 || choosesCheapest ? options[0] : undefined;
  const selected = chosen ?? taken ?? null;
  const subtotalMinor = sumMinor(lines, ({ totalMinor }) => totalMinor);
  const discountMinor = sumMinor(lines, (line) => line.discountMinor);
  const shippingMinor = selected?.priceMinor ?? 0;
  const taxMinor =
    sumMinor(lines, (line) => line.taxMinor) + taxOf(shippingMinor, rate, tax.included);
  return {
    sellerId,
    lines,
    subtotalMinor,
    discountMinor,
    options,
    selected,
    taxMinor,
    commissionMinor: sumMinor(lines, (line) => line.commissionMinor),
    totalMinor: subtotalMinor - discountMinor + shippingMinor + (tax.included ? 0 : taxMinor),
  };
}

/** Refuses an order of goods that cannot be delivered to its destination. */
export function assertDeliverable(
  { isComplete }: Pick<Quote, 'isComplete'>,
  path: readonly string[] = ['input', 'shippingAddress', 'country'],
): void {
  if (!isComplete) throw notDelivered(path);
}
