import type { EventLogReader } from './event-log.ts';
import type { StreamWatch } from './stream-watch.ts';

/** Streams of one statement. */
const PAGE_SIZE = 1_000;
/**
 * In so many looks each stream comes once, where there are more than a page: a process watches all rooms
 * of everybody who is connected to it, and of most of them pub/sub has brought the news long before.
 */
const LOOKS_A_ROUND = 5;

type Watches = ReadonlyMap<string, { readonly watch: StreamWatch }>;

/** Compares watched streams with the log, in case pub/sub lost something. */
export interface HeadPolling {
  /** A page at least, and all streams that pub/sub brings no news of. */
  look(): Promise<void>;
  lookAtAll(): Promise<void>;
}

export function createHeadPolling(
  watches: Watches,
  log: Pick<EventLogReader, 'heads'>,
): HeadPolling {
  /** Streams whose turn is still to come in this round. */
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
