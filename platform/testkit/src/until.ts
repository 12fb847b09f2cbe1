import { setTimeout as delay } from 'node:timers/promises';

/** What comes at all comes within it, also on a machine that is slow and has other work. */
export const PATIENCE_MS = 60_000;

/**
 * Waits until the condition gives something (not null, undefined or false), looking again every
 * few milliseconds; throws what `describe` says when that takes too long. `within` is for what takes long
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
    const found = await condition();
    if (found !== null && found !== undefined && found !== false)
      return found as NonNullable<Found>;
    if (Date.now() > deadline) throw new Error(`After ${within} ms: ${describe()}`);
    await delay(10);
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
