import type { Clock } from '@souk/runtime/domain';
import { PENDING_HOURS } from '../domain/media.ts';
import type { FileStore } from '../media/file-store.ts';
import { originalKey } from '../media/media-links.ts';
import { removeUnlessReady } from '../media/remove-files.ts';
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

/** Forgets uploads that were not completed within a day, or refused, and files of erased accounts that were left. */
export async function removeAbandoned({ media, files, clock }: AbandonedUploads): Promise<number> {
  const before = new Date(clock().getTime() - PENDING_HOURS * 3_600_000);
  const ids = await media.abandonedBefore(before, AT_ONCE);
  return removeUnlessReady({ media, files }, ids, 'It was not completed within a day.');
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
