import type { NoticeWords } from '../domain/notice-words.ts';
import { type WatchEvent, watchSubject } from '../domain/watch.ts';
import type { NotifyDeps, TransactionStores } from './deps.ts';
import { PEOPLE_AT_ONCE } from './notify.ts';
import { notifyInWords } from './notify-in-words.ts';

/** Something that happened to what people watch. */
export interface WatchedChange {
  eventId: string;
  sequence: number;
  occurredAt: Date;
  event: WatchEvent;
  words: NoticeWords;
  /** What the notice links to. */
  entityId: string;
  /** The watched things that it concerns: the thing itself first, then what it belongs to. */
  watched: readonly string[];
}

/** How far the watchers have been notified: of which of those, and after which person. */
export interface WatchPlace {
  at: number;
  after: string | null;
}

export const FIRST_WATCHERS: WatchPlace = { at: 0, after: null };

/**
 * Notifies the watchers of one of these, some hundreds at a time; returns where the next part starts. While
 * it is unread, one entry collects everything of one watched thing and event: what changes all day, in fifty
 * variants or all over a category, is one notice. Somebody who watches several of these is notified once,
 * since the same event counts once for a person.
 */
export async function notifyWatchers(
  deps: NotifyDeps,
  stores: TransactionStores,
  { event, entityId, watched, ...change }: WatchedChange,
  { at, after }: WatchPlace,
): Promise<WatchPlace | undefined> {
  const watchedId = watched[at];
  if (watchedId === undefined) return undefined;
  const page = { after, limit: PEOPLE_AT_ONCE };
  const people = await stores.watches.watchers({ entityId: watchedId, event }, page);
  if (people.length > 0) {
    const kind = event === 'STATUS_CHANGE' ? 'SYSTEM' : event;
    const target = { type: 'EntityTarget', entityId } as const;
    const subject = watchSubject(event, watchedId);
    const saying = people.filter(({ channels }) => channels.length > 0);
    await notifyInWords(
      deps,
      stores,
      { ...change, kind, target, subject },
      people.map(({ userId }) => userId),
      new Map(saying.map(({ userId, channels }) => [userId, channels])),
    );
  }
  const last = people.at(-1);
  if (last && people.length === PEOPLE_AT_ONCE) return { at, after: last.userId };
  return at + 1 < watched.length ? { at: at + 1, after: null } : undefined;
}
