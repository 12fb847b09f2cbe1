import type { Stores } from '../persistence/stores.ts';
import type { WaitsFor } from '../persistence/waiting-rows.ts';

/** A person changed when they want to be notified: what waits for that, on any channel, is decided again. */
export async function decideAgain(
  { emails, pushes, texts }: Pick<Stores, 'emails' | 'pushes' | 'texts'>,
  userId: string,
  reasons: readonly WaitsFor[],
  now: Date,
): Promise<void> {
  for (const outbox of [emails, pushes, texts]) await outbox.decideAgain(userId, reasons, now);
}
