import { isTimeOut, isUnavailable } from '../persistence/database-errors.ts';

/** So many time-outs of a job count as one failed attempt. */
export const TIME_OUTS_AN_ATTEMPT = 4;

/**
 * Whether what a handler threw uses up an attempt of its job. What is away does not: the job could not
 * be tried. A limit of time that ran out may be the server's doing or the handler's own, and a handler
 * that always takes too long would be tried for ever: so every fourth time-out does.
 *
 * @param timeOuts how many the job had before
 */
export function usesUpAnAttempt(error: unknown, timeOuts: number): boolean {
  if (!isUnavailable(error)) return true;
  return isTimeOut(error) && (timeOuts + 1) % TIME_OUTS_AN_ATTEMPT === 0;
}
