import { badInput } from '@souk/runtime/domain';

export const WATCH_EVENTS = ['BACK_IN_STOCK', 'PRICE_DROP'] as const;
/** What of a product somebody is notified of. */
export type WatchEvent = (typeof WATCH_EVENTS)[number];

/** Somebody is notified of what becomes of a product. */
export interface Watch {
  userId: string;
  entityId: string;
  events: readonly WatchEvent[];
  createdAt: Date;
}

/** A person watches no more than so many products. */
export const MAX_WATCHES = 500;

/** Each event once; of none there is nothing to watch. */
export function checkedWatchEvents(events: readonly WatchEvent[]): readonly WatchEvent[] {
  if (events.length === 0) throw badInput('Name at least one event.', ['input', 'events']);
  return WATCH_EVENTS.filter((event) => events.includes(event));
}

/** Whether what was not to be had can be bought now. */
export const isBackInStock = (before: string, after: string): boolean =>
  (before === 'OUT' || before === 'BACKORDER') && (after === 'IN_STOCK' || after === 'LOW');

/** What a variant costs. */
export interface VariantPrice {
  variantId: string;
  priceMinor: number;
  currency: string;
}

/** The variant whose price fell most, with the price before; null when none fell in its currency. */
export function deepestFall<Price extends VariantPrice>(
  before: readonly Price[],
  after: readonly VariantPrice[],
): { before: Price; after: VariantPrice } | null {
  const now = new Map(after.map((price) => [price.variantId, price]));
  let deepest: { before: Price; after: VariantPrice } | null = null;
  for (const old of before) {
    const price = now.get(old.variantId);
    if (!price || price.currency !== old.currency || price.priceMinor >= old.priceMinor) continue;
    const fall = { before: old, after: price };
    if (!deepest || fallOf(fall) > fallOf(deepest)) deepest = fall;
  }
  return deepest;
}

const fallOf = ({ before, after }: { before: VariantPrice; after: VariantPrice }) =>
  before.priceMinor - after.priceMinor;
