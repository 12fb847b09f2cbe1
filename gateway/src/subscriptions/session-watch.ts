import type { Backplane, Unsubscribe } from '@souk/runtime/backplane';
import {
  type EventName,
  eventOfHint,
  type RecordedEvent,
  type StreamHint,
  typeTopic,
} from '@souk/runtime/events';
import type { Logger } from '@souk/runtime/process';
import type { SessionStates } from '../authentication/session-states.ts';
import { type Indexed, IndexedSet } from '../indexed-set.ts';

/** Something that is open on behalf of a session. */
export interface OpenInSession extends Indexed {
  readonly sessionId: string | null;
  /** The session was ended before its time. */
  revoked(): void;
  /**
   * For what an API key opened: something was decided about this account (or, without an id, about any
   * account), and the key may now give other rights or none. Answers from before this moment
   * (performance.now()) are not reused. Rejects while nobody can be asked.
   */
  reconsider?(userId: string | null, at: number): Promise<void>;
}

/** Milliseconds between two attempts to listen. */
const RETRY_MS = 1_000;
/** Milliseconds between two checks of everything that is open, since pub/sub may lose messages. */
const LOOK_MS = 10_000;
/** Milliseconds that may pass between the check of a session and its being watched. */
const REMEMBERED_MS = 30_000;

/** Decisions about an account that change the rights of its keys, which have no session that would end. */
const DECISIONS = [
  'users.SecurityChanged',
  'users.RolesChanged',
  'users.UserSuspended',
  'users.UserUnsuspended',
  'users.UserErased',
] as const satisfies readonly EventName[];
const isDecision = (event: RecordedEvent): event is DecisionEvent =>
  DECISIONS.some((type) => type === event.type);
type DecisionEvent = Extract<RecordedEvent, { type: (typeof DECISIONS)[number] }>;

/**
 * Learns when sessions are ended before their time, so that whatever is open on their behalf can be closed.
 */
export interface SessionWatch {
  /** Resolves once it listens. */
  watch(open: OpenInSession): Promise<void>;
  unwatch(open: OpenInSession): void;
  close(): Promise<void>;
}

/**
 * One pub/sub subscription for all sessions, from the first that is watched. Thousands of clients come for
 * each session that is revoked, so joining must cost next to nothing, and a revoked session is searched for
 * among all. What pub/sub loses is found by reading the rows of all sessions, whenever its connection is back
 * and periodically in any case.
 */
export function createSessionWatch({
  pubsub,
  states,
  logger,
  lookMs = LOOK_MS,
}: {
  pubsub: Backplane['pubsub'];
  states: Pick<SessionStates, 'endedAmong'>;
  logger: Logger;
  lookMs?: number;
}): SessionWatch {
  const watched = new IndexedSet<OpenInSession>();
  let subscription: Promise<Unsubscribe | null> | null = null;

  /**
   * Sessions that ended a moment ago, and when: somebody who joins for one of them was admitted before that.
   */
  const recentlyEnded = new Map<string, number>();

  const hear = (hint: unknown) => {
    const event = eventOfHint(hint as StreamHint);
    if (event && isDecision(event)) return reconsider(event.payload.userId);
    if (event?.type !== 'users.SessionRevoked') return;
    const { sessionId } = event.payload;
    for (const [id, at] of recentlyEnded) {
      if (at > Date.now() - REMEMBERED_MS) break;
      recentlyEnded.delete(id);
    }
    recentlyEnded.set(sessionId, Date.now());
    revoke((id) => id === sessionId);
  };
  const revoke = (isRevoked: (sessionId: string) => boolean) => {
    for (const open of [...watched]) {
      if (open.sessionId !== null && isRevoked(open.sessionId)) open.revoked();
    }
  };
  const reconsider = (userId: string | null) => {
    const at = performance.now();
    for (const open of [...watched]) askAbout(open, userId, at);
  };
  /** Keys whose rights could not be determined: they are asked about again at the next check. */
  const undecided = new Set<OpenInSession>();
  const askAbout = (open: OpenInSession, userId: string | null, at: number) => {
    open.reconsider?.(userId, at).catch(() => undecided.add(open));
  };
  const askAgain = () => {
    const before = [...undecided];
    undecided.clear();
    for (const open of before) if (watched.has(open)) askAbout(open, null, performance.now());
  };
  let looking: Promise<void> | null = null;
  const look = async () => {
    const ids = new Set<string>();
    for (const { sessionId } of watched) if (sessionId !== null) ids.add(sessionId);
    if (ids.size === 0) return;
    const ended = await states.endedAmong([...ids]);
    if (ended.size > 0) revoke((id) => ended.has(id));
  };
  const lookAtAll = () => {
    looking ??= look()
      .catch((err) => logger.warn({ err }, 'open sessions could not be looked at'))
      .finally(() => {
        looking = null;
      });
  };
  const timer = setInterval(() => {
    lookAtAll();
    askAgain();
  }, lookMs);
  timer.unref();
  /** Whatever was announced meanwhile. */
  const hearAgain = () => {
    lookAtAll();
    reconsider(null);
  };
  const stopResubscribed = pubsub.onResubscribed(hearAgain);
  let isDeaf = false;
  /** When it fails, it is retried as long as something is watched. */
  const listen = () => {
    subscription ??= subscribeToAll(pubsub, ['users.SessionRevoked', ...DECISIONS], hear).then(
      (unsubscribe) => {
        if (isDeaf) hearAgain();
        isDeaf = false;
        return unsubscribe;
      },
      (err: Error) => {
        if (!isDeaf) logger.warn({ reason: err.message }, 'revoked sessions are not heard of');
        isDeaf = true;
        subscription = null;
        setTimeout(() => watched.size > 0 && listen(), RETRY_MS).unref();
        return null;
      },
    );
    return subscription;
  };

  return {
    watch: async (open) => {
      watched.add(open);
      await listen();
      if (open.sessionId !== null && recentlyEnded.has(open.sessionId)) open.revoked();
    },
    unwatch: (open) => void watched.delete(open),
    close: async () => {
      clearInterval(timer);
      await stopResubscribed();
      await looking;
      const unsubscribe = await subscription;
      await unsubscribe?.();
    },
  };
}

/** Either all of them, or none. */
async function subscribeToAll(
  pubsub: Backplane['pubsub'],
  types: readonly EventName[],
  hear: (hint: unknown) => void,
): Promise<Unsubscribe> {
  const begun = await Promise.allSettled(
    types.map((type) => pubsub.subscribe(typeTopic(type), hear)),
  );
  const unsubscribe: Unsubscribe = async () => {
    await Promise.all(begun.map((one) => (one.status === 'fulfilled' ? one.value() : null)));
  };
  const failed = begun.find((one) => one.status === 'rejected');
  if (failed === undefined) return unsubscribe;
  await unsubscribe();
  throw failed.reason;
}
