import type { Clock } from '../domain/clock.ts';
import { notFound } from '../domain/errors/common-errors.ts';
import { isFresh } from '../domain/ids/fresh-ids.ts';
import { isIdOf } from '../domain/ids/typed-id.ts';
import type { KnownMedia } from '../persistence/known-media.ts';
import { lookUntil } from './look-until.ts';

/** The owner of the files, and the purpose they must have been uploaded for. */
export interface OwnMedia {
  ownerId: string;
  purpose: string;
}

/**
 * Those of these files that are not this person's own, or not ready. A file that was uploaded a moment ago is
 * waited for, since the news of it is on its way.
 */
export async function missingMedia(
  { media, clock }: { media: Pick<KnownMedia, 'ownedAmong'>; clock: Clock },
  own: OwnMedia,
  mediaIds: readonly string[],
): Promise<string[]> {
  if (mediaIds.length === 0) return [];
  const missingFrom = (owned: readonly string[]) => mediaIds.filter((id) => !owned.includes(id));
  const owned = await lookUntil(
    () => media.ownedAmong(own, mediaIds),
    (found) => !missingFrom(found).some((id) => isIdOf('med', id) && isFresh(id, clock())),
  );
  return missingFrom(owned);
}

/**
 * Throws unless the picture is this person's own and meant for people, rooms and groups, or is the one that
 * is `shown` already: a form is sent back with the picture that another manager chose.
 */
export async function assertOwnAvatar(
  known: { media: Pick<KnownMedia, 'ownedAmong'>; clock: Clock },
  ownerId: string,
  mediaId: string | null | undefined,
  shown: () => Promise<string | null | undefined> = async () => null,
): Promise<void> {
  if (mediaId == null || mediaId === (await shown())) return;
  const missing = await missingMedia(known, { ownerId, purpose: 'AVATAR' }, [mediaId]);
  if (missing.length > 0) throw notFound('Media', ['input', 'avatarMediaId']);
}
