import { isFresh } from '@souk/runtime/domain';
import { lookUntil } from '@souk/runtime/events';
import type { ChatDeps } from './deps.ts';

/**
 * A user who registered a moment ago can be named here before chat has been told of them, since the event is
 * on its way. Waits for it, only for recently created ids, so that their first message shows their name and
 * others can be brought together with them at once.
 */
export async function waitUntilKnown(
  { sharedReads, clock }: ChatDeps,
  userIds: readonly string[],
): Promise<void> {
  await lookUntil(
    () => sharedReads.user.loadMany(userIds),
    (known) => {
      const now = clock();
      return !userIds.some((id, index) => known[index] === null && isFresh(id, now));
    },
  );
}
