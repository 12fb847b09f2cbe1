import { setTimeout as delay } from 'node:timers/promises';
import type { Chat } from '../chat.ts';
import { isFresh } from '../domain/fresh-ids.ts';

const ATTEMPTS = 20;
const PAUSE_MS = 100;

/**
 * Somebody who registered a moment ago can be met here before the news of it: their event is on its
 * way. Waits for it, two seconds at most and only for fresh ids, so that their first message shows
 * their name and others can be brought together with them at once.
 */
export async function waitUntilKnown(
  { shared, clock }: Chat,
  userIds: readonly string[],
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const known = await shared.user.loadMany(userIds);
    const now = clock();
    if (!userIds.some((id, index) => known[index] === null && isFresh(id, now))) return;
    await delay(PAUSE_MS);
  }
}
