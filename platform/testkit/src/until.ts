import { setTimeout as delay } from 'node:timers/promises';

/** What comes at all comes within it, also on a machine that is slow and has other work. */
export const PATIENCE_MS = 60_000;

/** Between two looks, in milliseconds. */
const LEAST_PAUSE_MS = 10;
const MOST_PAUSE_MS = 500;
/** The looks take a fifth of the time at most: on a busy machine they would hold up what they wait for. */
const PAUSES_PER_LOOK = 4;
/** What took long so far is waited for a little longer: thirteen who waited six seconds for processes to start looked 4,000 times. */
const SHARE_OF_WAITING = 0.1;

/**
 * Waits until the condition gives something (not null, undefined or false), looking again after some
 * milliseconds, later where a look takes long or it has waited long; throws what `describe` says when that takes too long. `within` is for what takes long
 * by itself.
 */
export async function until<Found>(
  condition: () => Found | Promise<Found>,
  {
    within = PATIENCE_MS,
    describe = () => 'the condition never came true',
  }: { within?: number; describe?: () => string } = {},
): Promise<NonNullable<Found>> {
  const began = Date.now();
  for (;;) {
    const asked = performance.now();
    const found = await condition();
    if (found !== null && found !== undefined && found !== false)
      return found as NonNullable<Found>;
    const waited = Date.now() - began;
    if (waited > within) throw new Error(`After ${within} ms: ${describe()}`);
    const pause = PAUSES_PER_LOOK * (performance.now() - asked);
    const patience = SHARE_OF_WAITING * waited;
    await delay(Math.min(MOST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, pause, patience)));
  }
}

/** Does something again until it works; throws what it failed with when that takes too long. */
export async function untilItWorks<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  let failure: unknown;
  const attempt = async () => {
    try {
      return { result: await work() };
    } catch (error) {
      failure = error;
      return null;
    }
  };
  const { result } = await until(attempt, { describe: () => String(failure) });
  return result;
}
