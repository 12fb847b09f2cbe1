import type { Clock } from '@souk/runtime/domain';
import { workThrough } from '@souk/runtime/process';
import type { FileStore } from '../media/file-store.ts';
import { removeFiles } from '../media/remove-files.ts';
import type { AccountExportStore } from '../persistence/account-export-store.ts';
import type { MediaStore } from '../persistence/media-store.ts';

/** Deletes the files of exports whose time is over; the exports stay, without a file. */
export const removeOldExports = (
  {
    exports,
    media,
    files,
    clock,
  }: {
    exports: Pick<AccountExportStore, 'expiredFiles' | 'forgetFile'>;
    media: Pick<MediaStore, 'delete'>;
    files: Pick<FileStore, 'removeAll'>;
    clock: Clock;
  },
  stopping?: AbortSignal,
): Promise<number> =>
  workThrough({
    read: (limit) => exports.expiredFiles(clock(), limit),
    work: async ({ id, mediaId }) => {
      await removeFiles({ media, files }, [mediaId]);
      await exports.forgetFile(id);
    },
    keyOf: ({ id }) => id,
    stopping,
  });
