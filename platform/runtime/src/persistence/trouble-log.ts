import type { Logger } from '../process/logging.ts';
import { isUnavailable, reasonOf } from './database-errors.ts';

/** What is said of work that is done again and again, and fails for a while. */
export interface TroubleLog {
  /** A round failed. */
  failed(error: unknown): void;
  /** A round went well. */
  went(): void;
}

/** What a line says of a failure: the reason of an outage, the stack of somebody's mistake. */
export const failureFields = (error: unknown): { reason: string } | { err: unknown } =>
  isUnavailable(error) ? { reason: reasonOf(error) } : { err: error };

/** Minutes until the same trouble is named again, with how many rounds it has cost so far. */
const AGAIN_AFTER_MS = 10 * 60_000;
/** Kinds of trouble of one work that are told apart; those beyond count with the others. */
const MOST_KINDS = 10;
const AWAY = 'away';

/**
 * A server that is away fails each round in the same way, for hours: one line says when that began and one
 * when it is over, with the number of rounds. What is nobody's outage but somebody's mistake has its stack, once.
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
