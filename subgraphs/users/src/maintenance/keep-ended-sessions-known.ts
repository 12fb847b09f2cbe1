import { randomUUID } from 'node:crypto';
import type { RepeatedWork } from '@souk/runtime/backplane';
import type { Clock } from '@souk/runtime/domain';
import {
  ENDED_SESSION_REMEMBERED_SECONDS,
  type EndedSessions,
  LIST_COMPLETE_MS,
} from '@souk/runtime/identity';
import type { SessionStore } from '../persistence/session-store.ts';

/** Several times before the confirmation that the list is complete expires. */
const EVERY_MS = LIST_COMPLETE_MS / 4;
/** Longer than a transaction can take from reading the clock to its commit. */
const RECENT_MS = 15_000;

/**
 * Compares the list of ended sessions with their rows, several times a second, and confirms that nothing is
 * missing. While nobody confirms it (Redis is away or was emptied, users cannot reach it, or this worker is
 * blocked), gateways ask for the rows instead.
 */
export function keepEndedSessionsKnown(deps: {
  sessions: Pick<SessionStore, 'endedSince'>;
  endedSessions: EndedSessions;
  clock: Clock;
}): RepeatedWork {
  const { sessions, endedSessions, clock } = deps;
  let listed: ReadonlySet<string> = new Set();
  /** The list that those are on, and up to when it was compared. */
  let listedIn: string | undefined;
  let comparedAt = 0;

  const compare = async () => {
    const present = await endedSessions.generation();
    // What is added from here on is on this list or on none: a list that Redis loses meanwhile loses its
    // name, too.
    const generation = present ?? randomUUID();
    if (present === undefined) await endedSessions.begin(generation);
    const isKnown = generation === listedIn;
    const now = clock().getTime();
    const oldest = now - ENDED_SESSION_REMEMBERED_SECONDS * 1_000;
    // However long ago that was: this worker may have been blocked.
    const since = isKnown ? Math.max(oldest, comparedAt - RECENT_MS) : oldest;
    const ended = await sessions.endedSince(new Date(since));
    const missing = isKnown ? ended.filter((id) => !listed.has(id)) : ended;
    await Promise.all(missing.map((id) => endedSessions.add(id)));
    [listed, listedIn, comparedAt] = [new Set(ended), generation, now];
    await endedSessions.isComplete(generation);
  };
  return {
    everyMs: EVERY_MS,
    round: compare,
    failure: 'the list of ended sessions cannot be kept complete',
  };
}
