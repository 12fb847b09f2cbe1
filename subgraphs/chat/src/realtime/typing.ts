import { pullIterator } from '@souk/runtime/async';
import { type PubSub, unlessAway } from '@souk/runtime/backplane';
import { bareMark, isBareMark, type StreamItem } from '@souk/runtime/events';
import { createLatestOnly, type LatestOnly } from './latest-only.ts';
import { comingsAndGoings, type RoomFeed } from './room-feed.ts';
import { type TypingSignal, typingTopic } from './topics.ts';

/** Seconds a signal holds; clients repeat theirs every few seconds while somebody types. */
export const TYPING_TTL_MS = 6_000;

export interface TypingNow {
  roomId: string;
  /** Null in the room itself. */
  threadId: string | null;
  userIds: string[];
}

export interface TypingRequest {
  /** Null follows for all whom a gateway lets in. */
  viewerId: string | null;
  roomId: string;
}

/** Who is writing in which room: signalled by pub/sub, kept by each listener, forgotten by itself. */
export interface Typing {
  /** Resolves to whether the signal was published: momentary, it is not kept for when Redis is back. */
  publish(roomId: string, signal: TypingSignal): Promise<boolean>;
  /** Each change of who is writing; ends when the viewer is no longer in the room. */
  follow(request: TypingRequest): Promise<AsyncIterableIterator<TypingNow>>;
  close(): void;
}

/** Until when who writes is shown, by the thread that they write in; null is the room itself. */
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
      /** Users that went since: signals of their typing may arrive late. */
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
          // Nothing is replayed, so who is let in sees at once what everybody sees.
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

/** Ends a feed before anything that came after its reader went, should that be known late. */
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

/** The room's own stream knows first when somebody may not listen any more. */
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
