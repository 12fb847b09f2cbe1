import { SubgraphFault } from '@souk/engine';
import type { ExecutionResult } from 'graphql';
import { joinCursors, type TopicCursors } from './topic-cursors.ts';
import { type OpenTopic, TopicReader } from './topic-reader.ts';
import { subjectKeyOf, type ViewerTopic } from './viewer-topics.ts';

/** An event of `viewerEvents`, or the reason why the stream has ended. */
export type ViewerStreamItem =
  | { readonly event: Readonly<Record<string, unknown>> }
  | { readonly failed: ExecutionResult };

/** The position of a topic that was away while others continued, and that had sent nothing before. */
const MISSED = '';

/**
 * The streams of several topics as one, until the signal aborts. Each keeps its own order, and one cursor
 * holds a position in all of them. A topic without a position reports one when it catches up, which it does
 * at once. Until then no events of the others are sent, since their cursors would lose what happens in this
 * topic meanwhile.
 *
 * A topic whose subgraph is away does not silence the others: it continues behind its position when it is
 * back. A topic that had no position yet may have missed something by then, and a `StreamReset` says so. A
 * topic that is refused ends the whole stream.
 */
export async function* viewerStream(
  topics: readonly ViewerTopic[],
  after: TopicCursors,
  open: OpenTopic,
  signal: AbortSignal,
): AsyncGenerator<ViewerStreamItem, void, undefined> {
  const places: Record<string, string> = {};
  for (const { name } of topics) {
    const place = after[name];
    if (place !== undefined) places[name] = place;
  }
  const ending = new AbortController();
  let wake = (): void => {};
  const readers = topics.map((topic) => new TopicReader(topic, open, ending.signal, () => wake()));
  const end = () => {
    ending.abort();
    wake();
  };
  const behind = new Set(readers);
  const arrived: TopicReader[] = [];
  let idle: readonly TopicReader[] = readers;
  let failure: { readonly error: unknown } | undefined;
  let replayed = 0;
  let caughtUpAt: string | null = null;
  let isCaughtUp = false;
  const read = (reader: TopicReader): void => {
    reader
      .read(places[reader.topic.name] || undefined)
      .then(
        () => arrived.push(reader),
        (error: unknown) => {
          failure ??= { error };
        },
      )
      .finally(() => wake());
  };
  const hasPlace = ({ topic }: TopicReader) => places[topic.name] !== undefined;
  signal.addEventListener('abort', end, { once: true });
  try {
    while (!signal.aborted) {
      if (failure) throw failure.error;
      if (readers.every(({ isAway }) => isAway)) throw allAway();
      for (const { topic, isAway } of readers) if (isAway) places[topic.name] ??= MISSED;
      const allHave = readers.every(hasPlace);
      const next = idle.filter((reader) => allHave || !hasPlace(reader));
      idle = idle.filter((reader) => !next.includes(reader));
      next.forEach(read);
      if (!isCaughtUp && caughtUpAt !== null && [...behind].every(({ isAway }) => isAway)) {
        isCaughtUp = true;
        const at = { cursor: joinCursors(places), occurredAt: caughtUpAt };
        yield { event: { __typename: 'CaughtUp', ...at, replayed } };
        continue;
      }
      const reader = arrived.shift();
      if (!reader) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const { item } = reader;
      if (!item) return;
      if ('failed' in item) {
        yield item;
        return;
      }
      idle = [...idle, reader];
      const { name } = reader.topic;
      const hasMissed = places[name] === MISSED;
      places[name] = item.cursor;
      const at = { cursor: joinCursors(places), occurredAt: item.occurredAt };
      const { __typename: type } = item;
      if (type === 'CaughtUp') {
        if (behind.delete(reader)) replayed += item.replayed ?? 0;
        caughtUpAt = item.occurredAt;
      }
      if (type === 'StreamReset' || hasMissed) {
        const reason = item.reason ?? 'CURSOR_EXPIRED';
        yield { event: { __typename: 'StreamReset', ...at, reason } };
      } else if (type !== 'CaughtUp') {
        const subject = item[subjectKeyOf(type)] ?? null;
        yield { event: { __typename: 'ViewerEvent', ...at, topic: name, type, subject } };
      }
    }
  } finally {
    signal.removeEventListener('abort', end);
    ending.abort();
    await Promise.allSettled(readers.map((reader) => reader.close()));
  }
}

const allAway = () => new SubgraphFault('SUBGRAPH_UNAVAILABLE', 'no topic can be followed');
