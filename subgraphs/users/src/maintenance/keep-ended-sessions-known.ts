import type { Clock } from '@souk/runtime/domain';
import {
  ENDED_SESSION_REMEMBERED_SECONDS,
  type EndedSessions,
  LIST_COMPLETE_MS,
} from '@souk/runtime/identity';
import type { Logger, RepeatedWork } from '@souk/runtime/process';
import type { SessionStore } from '../persistence/session-store.ts';

/** Several times before the word that the list is complete has run out. */
const EVERY_MS = LIST_COMPLETE_MS / 4;
/** Longer than a transaction may take from when it reads the clock to its commit. */
const RECENT_MS = 15_000;

/**
 * Compares the list of ended sessions with their rows, several times a second, and says that nothing
 * is missing. While nobody says so (Redis is away or was emptied, users is cut off from it, this
 * worker stands still) gateways ask for the rows instead.
 */
export function keepEndedSessionsKnown(deps: {
  sessions: Pick<SessionStore, 'endedSince'>;
  endedSessions: EndedSessions;
  clock: Clock;
  logger: Logger;
}): RepeatedWork {
  const { sessions, endedSessions, clock, logger } = deps;
  let listed: ReadonlySet<string> = new Set();
  let isFailing = false;

  const compare = async () => {
    const isWhole = await endedSessions.isWhole();
    const span = isWhole ? RECENT_MS : ENDED_SESSION_REMEMBERED_SECONDS * 1_000;
    const ended = await sessions.endedSince(new Date(clock().getTime() - span));
    const missing = isWhole ? ended.filter((id) => !listed.has(id)) : ended;
    await Promise.all(missing.map((id) => endedSessions.add(id)));
    listed = new Set(ended);
    if (!isWhole) {
      await endedSessions.becameWhole();
      // Emptied in between: the next round begins anew.
      const [first] = ended;
      if (first && (await endedSessions.stateOf(first)) !== 'ended') return;
    }
    await endedSessions.isComplete();
  };
  return {
    everyMs: EVERY_MS,
    round: async () => {
      await compare();
      isFailing = false;
    },
    onFailure: (err) => {
      if (!isFailing) logger.warn({ err }, 'the list of ended sessions cannot be kept complete');
      isFailing = true;
    },
  };
}
