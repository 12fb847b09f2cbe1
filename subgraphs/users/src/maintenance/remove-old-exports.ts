import type { Clock } from '@souk/runtime/domain';
import type { FileStore } from '../media/file-store.ts';
import { removeFiles } from '../media/remove-files.ts';
import type { AccountExportStore } from '../persistence/account-export-store.ts';
import type { MediaStore } from '../persistence/media-store.ts';

const AT_ONCE = 100;

/** Removes the files of exports that were kept for their time; the exports stay, without one. */
export async function removeOldExports({
  exports,
  media,
  files,
  clock,
}: {
  exports: Pick<AccountExportStore, 'expiredFiles' | 'forgetFile'>;
  media: Pick<MediaStore, 'delete'>;
  files: Pick<FileStore, 'removeAll'>;
  clock: Clock;
}): Promise<number> {
  const old = await exports.expiredFiles(clock(), AT_ONCE);
  for (const { id, mediaId } of old) {
    await removeFiles({ media, files }, [mediaId]);
    await exports.forgetFile(id);
  }
  return old.length;
}
