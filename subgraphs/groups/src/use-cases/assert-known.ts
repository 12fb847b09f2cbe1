import { checkEach, isFresh, isIdOf, notFound } from '@souk/runtime/domain';
import type { Stores } from '../persistence/stores.ts';

/** Throws for each of whom nobody has heard; the news of who has just registered may be on its way. */
export async function assertKnown(
  { users }: Pick<Stores, 'users'>,
  userIds: readonly string[],
  { pathOf, now }: { pathOf: (index: number) => readonly (string | number)[]; now: Date },
): Promise<void> {
  const known = new Set(await users.known(userIds));
  checkEach(userIds, (userId, index) => {
    const mayBe = isIdOf('usr', userId) && isFresh(userId, now);
    if (!known.has(userId) && !mayBe) throw notFound('User', pathOf(index));
  });
}
