import { badInput } from '@souk/runtime/domain';
import type { NoticeWords } from './notice-words.ts';
import { type Channel, channelsOf } from './notification.ts';

export const WATCH_EVENTS = ['BACK_IN_STOCK', 'PRICE_DROP', 'STATUS_CHANGE'] as const;
/** Which events of a product, or of those of a seller or a category, somebody is notified of. */
export type WatchEvent = (typeof WATCH_EVENTS)[number];

/** Somebody's wish to be notified of events of something. */
export interface Watch {
  userId: string;
  entityId: string;
  events: readonly WatchEvent[];
  /** Empty for all channels on which they want such notices. */
  channels: readonly Channel[];
  createdAt: Date;
}

/** The subject of notices of a watch: there is one entry for each thing and event while it is unread. */
export const watchSubject = (event: WatchEvent, entityId: string): string =>
  `watch:${event}:${entityId}`;

/** What is watched, and of what, by the subject of a notice; null where it is of no watch. */
export function watchOf(
  subject: string | null,
): (Pick<Watch, 'entityId'> & { event: string }) | null {
  const [kind, event, entityId] = subject?.split(':') ?? [];
  return kind === 'watch' && event && entityId ? { event, entityId } : null;
}

/**
 * Whether somebody who watches this on these channels, or null for nobody, wants such notices on one of them.
 */
export const watchWants = (
  watch: Pick<Watch, 'events' | 'channels'> | null,
  event: string,
  channel: Channel,
): boolean =>
  watch?.events.some((one) => one === event) === true &&
  (watch.channels.length === 0 || watch.channels.includes(channel));

/** The maximum number of watches of a person. */
export const MAX_WATCHES = 500;

/** Each event once; of none there is nothing to watch. */
export function checkedWatchEvents(events: readonly WatchEvent[]): readonly WatchEvent[] {
  if (events.length === 0) throw badInput('Name at least one event.', ['input', 'events']);
  return WATCH_EVENTS.filter((event) => events.includes(event));
}

/** The channels that notices of a watch may take. */
export const WATCH_CHANNELS: readonly Channel[] = channelsOf('BACK_IN_STOCK');

/** The inbox and those that were named, each once; empty where none was. */
export function checkedWatchChannels(
  channels: readonly Channel[] | null | undefined,
): readonly Channel[] {
  if (!channels || channels.length === 0) return [];
  if (channels.some((channel) => !WATCH_CHANNELS.includes(channel))) {
    throw badInput('This channel is not available for watches.', ['input', 'channels']);
  }
  return WATCH_CHANNELS.filter((one) => one === 'IN_APP' || channels.includes(one));
}

/** Every category that a product is in: those it is put into, and what they are parts of. */
export const allCategoriesOf = ({
  categoryIds,
  aboveCategoryIds = [],
}: {
  categoryIds: readonly string[];
  aboveCategoryIds?: readonly string[] | undefined;
}): string[] => [...categoryIds, ...aboveCategoryIds];

/** A product, as far as watchers of it, its seller or its categories are concerned. */
export interface WatchedProduct {
  productId: string;
  sellerId: string;
  title: string;
  status: 'DRAFT' | 'ACTIVE' | 'ARCHIVED';
  /** All that it is in. */
  categoryIds: readonly string[];
}

/**
 * The events of a product that went on sale or off it; null for neither. `before` is what was known of it,
 * null for nothing. A product that is not on sale is named as it was while it was: its current title may not
 * be public yet.
 */
export function wordsOfStatus(
  before: Pick<WatchedProduct, 'title' | 'status'> | null,
  { title, status }: WatchedProduct,
): NoticeWords | null {
  if (status === 'ACTIVE') {
    if (before?.status === 'ACTIVE') return null;
    const text = before?.status === 'ARCHIVED' ? 'STATUS_ACTIVE' : 'STATUS_NEW';
    return { text, values: { title } };
  }
  if (before?.status !== 'ACTIVE') return null;
  return { text: 'STATUS_ARCHIVED', values: { title: before.title } };
}

/** Whether something that was unavailable can be bought now. */
export const isBackInStock = (before: string, after: string): boolean =>
  (before === 'OUT' || before === 'BACKORDER') && (after === 'IN_STOCK' || after === 'LOW');

/** What a variant costs. */
export interface VariantPrice {
  variantId: string;
  priceMinor: number;
  currency: string;
}

/** The variant whose price fell most, with its previous price; null when none fell in its currency. */
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
