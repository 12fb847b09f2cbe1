import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until the condition gives something (not null, undefined or false), looking again every
 * few milliseconds; throws what `describe` says when that takes too long.
 */
export async function until<Found>(
  condition: () => Found | Promise<Found>,
  {
    within = 30_000,
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
