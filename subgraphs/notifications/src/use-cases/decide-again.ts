import type { Stores } from '../persistence/stores.ts';
import type { WaitsFor } from '../persistence/waiting-rows.ts';

/** Somebody said something else of when they want to hear: what waits for it, on whatever channel, is decided again. */
export async function decideAgain(
  { emails, pushes, texts }: Pick<Stores, 'emails' | 'pushes' | 'texts'>,
  userId: string,
  reasons: readonly WaitsFor[],
  now: Date,
): Promise<void> {
  for (const outbox of [emails, pushes, texts]) await outbox.decideAgain(userId, reasons, now);
}
