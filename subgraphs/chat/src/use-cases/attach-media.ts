import { checkEach, isFresh, isIdOf, notFound } from '@souk/runtime/domain';
import { lookUntil } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';
import type { ChatDeps } from './deps.ts';

/**
 * Throws for each file that is not the viewer's own, or not ready. One that was uploaded a moment ago is
 * waited for, as the news of it is on its way.
 */
export async function assertAttachable(
  { reads, clock }: Pick<ChatDeps, 'reads' | 'clock'>,
  userId: string,
  mediaIds: readonly string[],
  asked: readonly string[],
): Promise<void> {
  const unknown = (owned: readonly string[]) => mediaIds.filter((id) => !owned.includes(id));
  const owned = await lookUntil(
    () => ownedAmong(reads, userId, mediaIds),
    (found) => !unknown(found).some((id) => isIdOf('med', id) && isFresh(id, clock())),
  );
  assertAllOwned(unknown(owned), asked);
}

/** Checks whose the files are without waiting for fresh ones: for a form that has other mistakes already. */
export async function assertOwnMedia(
  stores: Pick<Stores, 'attachments'>,
  userId: string,
  asked: readonly string[],
): Promise<void> {
  const owned = await ownedAmong(stores, userId, asked);
  assertAllOwned(
    [...new Set(asked)].filter((id) => !owned.includes(id)),
    asked,
  );
}

const ownedAmong = async (
  { attachments }: Pick<Stores, 'attachments'>,
  userId: string,
  mediaIds: readonly string[],
): Promise<string[]> => (mediaIds.length === 0 ? [] : attachments.ownedAmong(userId, mediaIds));

const assertAllOwned = (missing: readonly string[], asked: readonly string[]) =>
  checkEach(missing, (id) => {
    throw notFound('Media', ['input', 'attachmentMediaIds', String(asked.indexOf(id))]);
  });
