import type { Cache } from '../backplane/backplane.ts';
import { EVENTS } from './catalog/index.ts';
import type { RecordedEvent } from './event-log.ts';

/** Longer than news take; anything that takes longer than this is an outage. */
const KEPT_SECONDS = 120;

/**
 * How far the news of an object have come, available as soon as they are committed: a consumer that keeps a
 * copy of the object can tell whether news newer than its copy are on their way. Stored in the backplane's
 * cache: while that is away nothing is known, and a copy is used as it is.
 */
export interface NewsMarks {
  /**
   * For the subgraph that recorded them: events in their own stream, by whose order consumers go. Of two
   * commits the later one may arrive first: an older mark never replaces a newer one.
   */
  announce(events: readonly RecordedEvent[]): Promise<void>;
  /** For consumers: the sequence of the latest news of each subject; 0 when none is known. */
  latest(subjects: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** Whether any event of a subgraph is news of an object that others keep a copy of. */
export const tellsNews = (subgraph: string): boolean =>
  Object.entries(EVENTS).some(
    ([type, { newsOf }]) => newsOf !== undefined && type.startsWith(`${subgraph}.`),
  );

const keyOf = (subject: string) => `news:${subject}`;

export const createNewsMarks = (cache: Cache): NewsMarks => ({
  announce: async (events) => {
    const marks = new Map<string, number>();
    for (const { type, payload, sequence } of events) {
      const subject = EVENTS[type].newsOf?.(payload as never);
      if (subject !== undefined) marks.set(subject, sequence);
    }
    await Promise.all(
      [...marks].map(([subject, sequence]) => cache.raise(keyOf(subject), sequence, KEPT_SECONDS)),
    );
  },
  latest: async (subjects) => {
    const found = await Promise.all(
      subjects.map(async (subject) => {
        return [subject, await cache.highest(keyOf(subject))] as const;
      }),
    );
    return new Map(found);
  },
});
