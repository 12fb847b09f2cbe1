import {
  type Backplane,
  eventOfHint,
  type Logger,
  type StreamHint,
  typeTopic,
  type Unsubscribe,
} from '@souk/runtime';
import { Bag, type Placed } from '../bag.ts';

/** Something that is open in the name of a session. */
export interface OpenInSession extends Placed {
  readonly sessionId: string | null;
  /** The session has ended before its time. */
  revoked(): void;
}

/** Milliseconds from one attempt to listen to the next. */
const RETRY_MS = 1_000;

/** Hears when sessions end before their time, so that what is open in their name can close. */
export interface SessionWatch {
  /** Resolves once it listens. */
  watch(open: OpenInSession): Promise<void>;
  unwatch(open: OpenInSession): void;
  close(): Promise<void>;
}

/**
 * One pub/sub subscription for all sessions, from the first that is watched. Thousands of clients
 * come for each session that is revoked, so it is they who must cost nothing, and the revoked one is
 * searched for among all.
 */
export function createSessionWatch({
  pubsub,
  logger,
}: {
  pubsub: Backplane['pubsub'];
  logger: Logger;
}): SessionWatch {
  const watched = new Bag<OpenInSession>();
  let subscription: Promise<Unsubscribe | null> | null = null;

  const hear = (hint: unknown) => {
    const event = eventOfHint(hint as StreamHint);
    if (event?.type !== 'users.SessionRevoked') return;
    const { sessionId } = event.payload as { sessionId: string };
    for (const open of [...watched]) if (open.sessionId === sessionId) open.revoked();
  };
  /** Failed, it is tried again as long as something is watched. */
  const listen = () => {
    subscription ??= pubsub.subscribe(typeTopic('users.SessionRevoked'), hear).catch((err) => {
      logger.warn({ err }, 'revoked sessions are not heard of');
      subscription = null;
      setTimeout(() => watched.size > 0 && listen(), RETRY_MS).unref();
      return null;
    });
    return subscription;
  };

  return {
    watch: async (open) => {
      watched.add(open);
      await listen();
    },
    unwatch: (open) => void watched.delete(open),
    close: async () => {
      const unsubscribe = await subscription;
      await unsubscribe?.();
    },
  };
}
