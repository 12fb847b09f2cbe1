import { isTimeOut, isUnavailable } from '../persistence/database-errors.ts';

/** This many time-outs of a job count as one failed attempt. */
export const TIME_OUTS_AN_ATTEMPT = 4;

/**
 * Whether an error of a handler uses up an attempt of its job. An unavailable server does not: the job could
 * not be tried. A time limit may have run out because of the server or because of the handler itself, and a
 * handler that always takes too long would be retried forever; therefore every fourth time-out counts.
 *
 * @param timeOuts how many the job had before
 */
export function usesUpAnAttempt(error: unknown, timeOuts: number): boolean {
  if (!isUnavailable(error)) return true;
  return isTimeOut(error) && (timeOuts + 1) % TIME_OUTS_AN_ATTEMPT === 0;
}
