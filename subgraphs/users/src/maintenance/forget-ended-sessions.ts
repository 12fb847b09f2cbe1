import type { Clock, JobWorker, Logger } from '@souk/runtime';
import type { SessionStore } from '../persistence/session-store.ts';

const HOUR_MS = 3_600_000;
/** Kept this long after their end, so that a late replay of a stolen token is still recognised. */
const KEPT_MS = 30 * 24 * HOUR_MS;

/** Every hour, forgets sessions that ended long ago, with their refresh tokens. */
export function forgetEndedSessions(deps: {
  sessions: Pick<SessionStore, 'deleteEndedBefore'>;
  clock: Clock;
  logger: Logger;
}): JobWorker {
  const { sessions, clock, logger } = deps;
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = sessions
      .deleteEndedBefore(new Date(clock().getTime() - KEPT_MS))
      .catch((err) => logger.warn({ err }, 'could not forget ended sessions'));
  }, HOUR_MS);
  timer.unref();
  return {
    close: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
