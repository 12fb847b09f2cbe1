import { pullIterator } from '@souk/runtime/async';
import { type PubSub, unlessAway } from '@souk/runtime/backplane';
import { bareMark, isBareMark, type StreamItem } from '@souk/runtime/events';
import { createLatestOnly, type LatestOnly } from './latest-only.ts';
import { comingsAndGoings, type RoomFeed } from './room-feed.ts';
import { type TypingSignal, typingTopic } from './topics.ts';

/** Seconds for which a signal is valid; clients repeat theirs every few seconds while somebody types. */
export const TYPING_TTL_MS = 6_000;

export interface TypingNow {
  roomId: string;
  /** Null in the room itself. */
  threadId: string | null;
  userIds: string[];
}

export interface TypingRequest {
  /** Null follows for everybody whom a gateway lets in. */
  viewerId: string | null;
  roomId: string;
}

/** Who is typing in which room: signalled by pub/sub, remembered by each listener, expiring by itself. */
export interface Typing {
  /** Resolves to whether the signal was published: it is momentary, and not kept until Redis is back. */
  publish(roomId: string, signal: TypingSignal): Promise<boolean>;
  /** Each change of who is typing; ends when the viewer is no longer in the room. */
  follow(request: TypingRequest): Promise<AsyncIterableIterator<TypingNow>>;
  close(): void;
}

/** Until when somebody is shown as typing, by the thread they type in; null is the room itself. */
type Typists = Map<string | null, Map<string, NodeJS.Timeout>>;

export function createTyping({ pubsub, roomFeed }: { pubsub: PubSub; roomFeed: RoomFeed }): Typing {
  const open = new Set<LatestOnly<TypingNow>>();

  return {
    publish: (roomId, signal) => {
      const published = pubsub.publish(typingTopic(roomId), signal).then(() => true);
      return unlessAway(published, false);
    },
    follow: async ({ viewerId, roomId }) => {
      const access = await roomFeed.follow({ viewerId, roomId, joinedOnly: true });
      const typists: Typists = new Map();
      /** Users who have left since: signals of their typing may arrive late. */
      const gone = new Set<string>();
      let unsubscribe: () => void | Promise<void> = () => {};
      const feed = createLatestOnly<TypingNow>(() => {
        open.delete(feed);
        for (const inPlace of typists.values()) {
          for (const timer of inPlace.values()) clearTimeout(timer);
        }
        void unsubscribe();
        void access.return?.();
      });
      const show = (threadId: string | null, inPlace: ReadonlyMap<string, unknown>) =>
        feed.put(`${roomId} ${threadId ?? ''}`, {
          roomId,
          threadId,
          userIds: [...inPlace.keys()].sort(),
        });
      const stop = (threadId: string | null, userId: string) => {
        const inPlace = typists.get(threadId);
        clearTimeout(inPlace?.get(userId));
        if (!inPlace?.delete(userId)) return;
        if (inPlace.size === 0) typists.delete(threadId);
        show(threadId, inPlace);
      };
      const onSignal = ({ userId, threadId = null, on }: TypingSignal) => {
        if (!on) return stop(threadId, userId);
        if (gone.has(userId)) return;
        const inPlace = typists.get(threadId) ?? new Map<string, NodeJS.Timeout>();
        typists.set(threadId, inPlace);
        const known = inPlace.has(userId);
        clearTimeout(inPlace.get(userId));
        inPlace.set(userId, setTimeout(stop, TYPING_TTL_MS, threadId, userId).unref());
        if (!known) show(threadId, inPlace);
      };
      open.add(feed);
      try {
        unsubscribe = await pubsub.subscribe(typingTopic(roomId), (signal) =>
          onSignal(signal as TypingSignal),
        );
      } catch (error) {
        feed.end();
        throw error;
      }
      endWith(access, feed, (item) => {
        const { kind, position, reauthorise } = item;
        if (kind === 'event') {
          const { joined, left } = comingsAndGoings(item.event);
          for (const userId of joined) gone.delete(userId);
          for (const userId of left) {
            gone.add(userId);
            for (const threadId of [...typists.keys()]) stop(threadId, userId);
          }
        } else if (reauthorise) {
          feed.put(`access ${position}`, bareMark({ position, reauthorise }));
        } else if (kind === 'caughtUp') {
          // Nothing is replayed, so a viewer who is let in sees at once what everybody sees.
          const shared = viewerId === null ? {} : { shared: true as const };
          feed.put('let in', bareMark({ position, ...shared }));
        }
      });
      return viewerId === null ? feed : whileIn(feed, () => roomFeed.isIn(viewerId, roomId));
    },
    close: () => {
      for (const feed of open) feed.end();
    },
  };
}

/** Ends a feed before anything that came after its reader left, even if that becomes known late. */
function whileIn(
  feed: LatestOnly<TypingNow>,
  isIn: () => Promise<boolean>,
): AsyncIterableIterator<TypingNow> {
  return pullIterator({
    next: async () => {
      const { done, value } = await feed.next();
      if (done) return null;
      if (!isBareMark(value) && !(await isIn())) feed.end();
      return feed.ended ? null : value;
    },
    leave: feed.end,
  });
}

/** The room's own stream is the first to know when somebody may no longer listen. */
function endWith(
  access: AsyncIterableIterator<StreamItem>,
  feed: Pick<LatestOnly<TypingNow>, 'end'>,
  send: (item: StreamItem) => void,
): void {
  const drain = async () => {
    for await (const item of access) send(item);
  };
  drain().then(feed.end, feed.end);
}
