import { type PubSub, presenceTopic, type Unsubscribe } from '@souk/runtime/backplane';
import type { Clock } from '@souk/runtime/domain';
import { bareMark } from '@souk/runtime/events';
import { failureFields } from '@souk/runtime/persistence';
import { type Logger, warnCounted } from '@souk/runtime/process';
import type { Presence } from '../domain/presence.ts';
import { createLatestOnly, type LatestOnly } from './latest-only.ts';
import type { PresenceReader } from './presence-reader.ts';

export interface PresenceNow {
  userId: string;
  presence: Presence;
}

/** The presence of some people: the initial state, then each change. */
export interface PresenceFeed {
  follow(userIds: readonly string[]): Promise<AsyncIterableIterator<PresenceNow>>;
  close(): void;
}

export interface PresenceFeedDeps {
  reader: PresenceReader;
  pubsub: PubSub;
  clock: Clock;
  logger: Logger;
}

/** The longest timer; a later change is waited for in steps. */
const MAX_TIMER_MS = 3_600_000;
/** How long until a failed read (because the backplane is away) is tried again. */
const RETRY_MS = 1_000;

export function createPresenceFeed(deps: PresenceFeedDeps): PresenceFeed {
  const open = new Set<LatestOnly<PresenceNow>>();
  return {
    follow: async (userIds) => {
      const subscriber = followPresence(userIds, deps, (feed) => open.delete(feed));
      open.add(subscriber.feed);
      try {
        await subscriber.start();
      } catch (error) {
        subscriber.feed.end();
        throw error;
      }
      return subscriber.feed;
    },
    close: () => {
      for (const feed of open) feed.end();
    },
  };
}

function followPresence(
  userIds: readonly string[],
  { reader, pubsub, clock, logger }: PresenceFeedDeps,
  onEnd: (feed: LatestOnly<PresenceNow>) => void,
) {
  const stale = new Set<string>();
  const sent = new Map<string, string>();
  const changesAt = new Map<string, number>();
  const subscriptions: Unsubscribe[] = [];
  let reading = false;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;

  const feed = createLatestOnly<PresenceNow>(() => {
    ended = true;
    clearTimeout(timer);
    for (const unsubscribe of subscriptions) void unsubscribe();
    onEnd(feed);
  });

  /** A user becomes idle, or their status ends, without any signal: the feed reads again at that moment. */
  const wakeAtNextChange = () => {
    clearTimeout(timer);
    const next = Math.min(...changesAt.values());
    if (ended || next === Number.POSITIVE_INFINITY) return;
    timer = setTimeout(
      () => {
        const now = clock().getTime();
        lookAgain([...changesAt].filter(([, at]) => at <= now).map(([userId]) => userId));
        wakeAtNextChange();
      },
      Math.min(Math.max(next - clock().getTime(), 10), MAX_TIMER_MS),
    ).unref();
  };

  const readStale = async () => {
    while (stale.size > 0 && !ended) {
      const batch = [...stale];
      stale.clear();
      for (const { userId, presence, changesAt: at } of await reader.read(batch)) {
        changesAt.set(userId, at?.getTime() ?? Number.POSITIVE_INFINITY);
        const seen = JSON.stringify(presence);
        if (sent.get(userId) === seen) continue;
        sent.set(userId, seen);
        feed.put(userId, { userId, presence });
      }
    }
    wakeAtNextChange();
  };

  const lookAgain = (changed: readonly string[]) => {
    for (const userId of changed) stale.add(userId);
    if (reading || ended || stale.size === 0) return;
    reading = true;
    readStale()
      .catch((err) => {
        warnCounted(logger, 'could not read presence', failureFields(err));
        if (!ended) setTimeout(() => lookAgain(userIds), RETRY_MS).unref();
      })
      .finally(() => {
        reading = false;
        if (stale.size > 0) lookAgain([]);
      });
  };

  return {
    feed,
    start: async () => {
      // These are states, not events: a gateway that has lost the stream may open it again, and begins with
      // the current state.
      feed.put('begins', bareMark({}));
      subscriptions.push(pubsub.onResubscribed(() => lookAgain(userIds)));
      await Promise.all(
        userIds.map(async (userId) => {
          const unsubscribe = await pubsub.subscribe(presenceTopic(userId), () =>
            lookAgain([userId]),
          );
          if (ended) void unsubscribe();
          else subscriptions.push(unsubscribe);
        }),
      );
      lookAgain(userIds);
    },
  };
}
