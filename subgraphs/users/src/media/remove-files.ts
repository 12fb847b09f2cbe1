import type { MediaStore } from '../persistence/media-store.ts';
import type { FileStore } from './file-store.ts';

interface Files {
  readonly media: Pick<MediaStore, 'delete'>;
  readonly files: Pick<FileStore, 'removeAll'>;
}

/** Deletes files and then their rows, so that an interrupted deletion is found again. */
export async function removeFiles({ media, files }: Files, ids: readonly string[]): Promise<void> {
  for (const id of ids) await files.removeAll(id);
  if (ids.length > 0) await media.delete(ids);
}

/** Deletes those of some files that are not READY, and can no longer become so; resolves to their number. */
export async function removeUnlessReady(
  deps: Files & { readonly media: Pick<MediaStore, 'findMany' | 'reject'> },
  ids: readonly string[],
  reason: string,
): Promise<number> {
  for (const id of ids) await deps.media.reject(id, reason);
  const ready = (await deps.media.findMany(ids)).filter(({ status }) => status === 'READY');
  const kept = new Set(ready.map(({ id }) => id));
  const gone = ids.filter((id) => !kept.has(id));
  await removeFiles(deps, gone);
  return gone.length;
}
