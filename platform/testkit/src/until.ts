import { setTimeout as delay } from 'node:timers/promises';

/** What comes at all comes within it, also on a machine that is slow and has other work. */
export const PATIENCE_MS = 60_000;

/** Between two looks, in milliseconds. */
const LEAST_PAUSE_MS = 10;
const MOST_PAUSE_MS = 500;
/** The looks take a fifth of the time at most: on a busy machine they would hold up what they wait for. */
const PAUSES_PER_LOOK = 4;

/**
 * Waits until the condition gives something (not null, undefined or false), looking again after some
 * milliseconds, later where a look takes long; throws what `describe` says when that takes too long. `within` is for what takes long
 * by itself.
 */
export async function until<Found>(
  condition: () => Found | Promise<Found>,
  {
    within = PATIENCE_MS,
    describe = () => 'the condition never came true',
  }: { within?: number; describe?: () => string } = {},
): Promise<NonNullable<Found>> {
  const deadline = Date.now() + within;
  for (;;) {
    const asked = performance.now();
    const found = await condition();
    if (found !== null && found !== undefined && found !== false)
      return found as NonNullable<Found>;
    if (Date.now() > deadline) throw new Error(`After ${within} ms: ${describe()}`);
    const pause = PAUSES_PER_LOOK * (performance.now() - asked);
    await delay(Math.min(MOST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, pause)));
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
