import type { Clock } from '@souk/runtime/domain';
import { workThrough } from '@souk/runtime/process';
import { PENDING_HOURS } from '../domain/media.ts';
import type { FileStore } from '../media/file-store.ts';
import { originalKey } from '../media/media-links.ts';
import { removeUnlessReady } from '../media/remove-files.ts';
import type { MediaStore } from '../persistence/media-store.ts';

/** What a round needs. */
export interface AbandonedUploads {
  media: Pick<
    MediaStore,
    'abandonedBefore' | 'delete' | 'findMany' | 'originalRemoved' | 'originalsLeft' | 'reject'
  >;
  files: Pick<FileStore, 'remove' | 'removeAll'>;
  clock: Clock;
}

/**
 * Deletes uploads that were not completed within a day or were refused, and remaining files of erased
 * accounts.
 */
export async function removeAbandoned(
  { media, files, clock }: AbandonedUploads,
  stopping?: AbortSignal,
): Promise<number> {
  const before = new Date(clock().getTime() - PENDING_HOURS * 3_600_000);
  let removed = 0;
  await workThrough({
    read: (limit) => media.abandonedBefore(before, limit),
    work: async (id) => {
      const reason = 'It was not completed within a day.';
      removed += await removeUnlessReady({ media, files }, [id], reason);
    },
    stopping,
  });
  return removed;
}

/** After this long nobody is still processing an upload that was completed. */
const STILL_AT_WORK_MS = 3_600_000;

/**
 * Deletes originals left behind by a process that ended between completing an upload and deleting its
 * original: an unprocessed picture may reveal where it was taken.
 */
export function removeLeftOriginals(
  { media, files, clock }: AbandonedUploads,
  stopping?: AbortSignal,
): Promise<number> {
  const before = new Date(clock().getTime() - STILL_AT_WORK_MS);
  return workThrough({
    read: (limit) => media.originalsLeft(before, limit),
    work: async (id) => {
      await files.remove(originalKey(id));
      await media.originalRemoved(id);
    },
    stopping,
  });
}
