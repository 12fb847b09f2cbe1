import type { Logger } from '../process/logging.ts';
import { isUnavailable, reasonOf } from './database-errors.ts';

/** Logs the failures of repeated work. */
export interface TroubleLog {
  /** A round failed. */
  failed(error: unknown): void;
  /** A round succeeded. */
  went(): void;
}

/** What is logged of a failure: the reason of an outage, or the stack of a mistake. */
export const failureFields = (error: unknown): { reason: string } | { err: unknown } =>
  isUnavailable(error) ? { reason: reasonOf(error) } : { err: error };

/** Minutes until the same trouble is logged again, with the number of failed rounds. */
const AGAIN_AFTER_MS = 10 * 60_000;
/** How many kinds of trouble of one work are distinguished; further ones are counted with the others. */
const MOST_KINDS = 10;
const AWAY = 'away';

/**
 * A server that is away fails each round in the same way, for hours: one line is logged when that begins and
 * one when it is over, with the number of rounds. A failure that is a mistake and not an outage is logged
 * with its stack, once.
 */
export function createTroubleLog(logger: Logger, message: string): TroubleLog {
  const toldAt = new Map<string, number>();
  let beganAt = 0;
  let times = 0;
  return {
    failed: (error) => {
      const now = performance.now();
      if (times === 0) beganAt = now;
      times += 1;
      const fields = failureFields(error);
      const kind = 'reason' in fields ? AWAY : reasonOf(error);
      const before = toldAt.get(kind) ?? (toldAt.size < MOST_KINDS ? undefined : now);
      if (before !== undefined && now - before < AGAIN_AFTER_MS) return;
      toldAt.set(kind, now);
      logger.warn({ ...fields, times }, message);
    },
    went: () => {
      if (times === 0) return;
      logger.warn(
        { times, forMs: Math.round(performance.now() - beganAt) },
        `${message}; it is over`,
      );
      toldAt.clear();
      times = 0;
    },
  };
}
