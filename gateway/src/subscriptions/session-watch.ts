import {
  type Backplane,
  eventOfHint,
  type Logger,
  type StreamHint,
  streamTopic,
  type Unsubscribe,
} from '@souk/runtime';

/** Hears when sessions end before their time, so that what is open in their name can close. */
export interface SessionWatch {
  /** Calls back when this session is revoked; resolves, once it listens, to how to stop. */
  watch(session: { userId: string; sessionId: string }, revoked: () => void): Promise<() => void>;
}

interface UserEntry {
  readonly listeners: Set<(sessionId: string) => void>;
  readonly subscription: Promise<Unsubscribe>;
}

/** One pub/sub subscription for each user with an open connection in this process. */
export function createSessionWatch({
  pubsub,
  logger,
}: {
  pubsub: Backplane['pubsub'];
  logger: Logger;
}): SessionWatch {
  const users = new Map<string, UserEntry>();

  const entryOf = (userId: string): UserEntry => {
    const known = users.get(userId);
    if (known) return known;
    const listeners: UserEntry['listeners'] = new Set();
    const subscription = pubsub.subscribe(streamTopic('users', `user:${userId}`), (hint) => {
      const event = eventOfHint(hint as StreamHint);
      if (event?.type !== 'users.SessionRevoked') return;
      const { sessionId } = event.payload as { sessionId: string };
      for (const tell of [...listeners]) tell(sessionId);
    });
    const entry = { listeners, subscription };
    users.set(userId, entry);
    return entry;
  };

  return {
    watch: async ({ userId, sessionId }, revoked) => {
      const entry = entryOf(userId);
      const listener = (ended: string) => {
        if (ended === sessionId) revoked();
      };
      entry.listeners.add(listener);
      await entry.subscription.catch((err) =>
        logger.warn({ err }, 'revoked sessions are not heard of'),
      );
      return () => {
        entry.listeners.delete(listener);
        if (entry.listeners.size > 0 || users.get(userId) !== entry) return;
        users.delete(userId);
        entry.subscription
          .then((unsubscribe) => unsubscribe())
          .catch((err) => logger.warn({ err }, 'could not unsubscribe from a user'));
      };
    },
  };
}
