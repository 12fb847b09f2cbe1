import type { EventLogReader } from './event-log.ts';
import type { StreamWatch } from './stream-watch.ts';

/** Streams in one statement. */
const PAGE_SIZE = 1_000;
/**
 * With more streams than a page, each is polled once in this many rounds: a process watches all rooms of
 * everybody connected to it, and pub/sub has usually brought their news long before.
 */
const LOOKS_A_ROUND = 5;

type Watches = ReadonlyMap<string, { readonly watch: StreamWatch }>;

/** Compares watched streams with the log, in case pub/sub lost something. */
export interface HeadPolling {
  /** At least a page, and all streams for which pub/sub does not work. */
  look(): Promise<void>;
  lookAtAll(): Promise<void>;
}

export function createHeadPolling(
  watches: Watches,
  log: Pick<EventLogReader, 'heads'>,
): HeadPolling {
  /** Streams that are still to be polled in this cycle. */
  let round: string[] = [];

  const compare = async (streams: readonly string[]) => {
    for (let from = 0; from < streams.length; from += PAGE_SIZE) {
      const heads = await log.heads(streams.slice(from, from + PAGE_SIZE));
      for (const [stream, head] of heads) watches.get(stream)?.watch.advance(head);
    }
  };
  const nextOfRound = () => {
    if (round.length === 0) round = [...watches.keys()];
    return round.splice(-Math.max(PAGE_SIZE, Math.ceil(watches.size / LOOKS_A_ROUND)));
  };
  return {
    look: async () => {
      const due = new Set(nextOfRound().filter((stream) => watches.has(stream)));
      for (const [stream, { watch }] of watches) if (!watch.isSubscribed) due.add(stream);
      await compare([...due]);
    },
    lookAtAll: () => compare([...watches.keys()]),
  };
}
