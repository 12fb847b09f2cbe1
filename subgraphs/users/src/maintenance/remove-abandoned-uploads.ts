import type { Clock } from '@souk/runtime/domain';
import { PENDING_HOURS } from '../domain/media.ts';
import type { FileStore } from '../media/file-store.ts';
import { originalKey } from '../media/media-links.ts';
import type { MediaStore } from '../persistence/media-store.ts';

const AT_ONCE = 100;

/** What a round stands on. */
export interface AbandonedUploads {
  media: Pick<
    MediaStore,
    'abandonedBefore' | 'delete' | 'findMany' | 'originalRemoved' | 'originalsLeft' | 'reject'
  >;
  files: Pick<FileStore, 'remove' | 'removeAll'>;
  clock: Clock;
}

/** Forgets uploads that were not completed within a day, or refused, and what came of their bytes. */
export async function removeAbandoned({ media, files, clock }: AbandonedUploads): Promise<number> {
  const before = new Date(clock().getTime() - PENDING_HOURS * 3_600_000);
  const ids = await media.abandonedBefore(before, AT_ONCE);
  // Files first: a row that is left is found again by the next round.
  // One that was completed in the meantime is no longer abandoned: it is refused first, or left.
  for (const id of ids) await media.reject(id, 'It was not completed within a day.');
  const given = (await media.findMany(ids)).filter(({ status }) => status === 'REJECTED');
  const gone = given.map(({ id }) => id);
  for (const id of gone) await files.removeAll(id);
  if (gone.length > 0) await media.delete(gone);
  return gone.length;
}

/** After so long nobody is still at work on an upload that was completed. */
const STILL_AT_WORK_MS = 3_600_000;

/**
 * Removes originals that a process left behind when it ended between completing an upload and taking its
 * original away: a picture as it came may say where it was taken.
 */
export async function removeLeftOriginals({
  media,
  files,
  clock,
}: AbandonedUploads): Promise<number> {
  const before = new Date(clock().getTime() - STILL_AT_WORK_MS);
  const ids = await media.originalsLeft(before, AT_ONCE);
  for (const id of ids) {
    await files.remove(originalKey(id));
    await media.originalRemoved(id);
  }
  return ids.length;
}
