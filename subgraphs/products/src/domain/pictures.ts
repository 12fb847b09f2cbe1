import { badInput, checkEach, isIdOf } from '@souk/runtime/domain';
import { mediaNotFound } from './errors.ts';

/** What can have pictures, and how many at most. */
const MOST = { product: 20, variant: 5, review: 5 };
export type PictureHolder = keyof typeof MOST;

type Path = readonly (string | number)[];

/**
 * The requested pictures, in order and each once; null when none are given, so that the existing ones stay.
 */
export function checkedPictures(
  ids: readonly string[] | null | undefined,
  holder: PictureHolder,
): string[] | null {
  if (ids == null) return null;
  const path = ['input', 'mediaIds'];
  const most = MOST[holder];
  if (new Set(ids).size > most) throw badInput(`At most ${most} pictures.`, path);
  checkEach(ids, (id, index) => {
    if (!isIdOf('med', id)) throw mediaNotFound([...path, index]);
  });
  return [...new Set(ids)];
}

/** Refuses an invalid id of a single picture; null removes the picture. */
export function assertPicture(id: string | null | undefined, path: Path): void {
  if (id != null && !isIdOf('med', id)) throw mediaNotFound(path);
}

export interface KnownFile {
  mediaId: string;
  ownerId: string;
  purpose: string;
}

/**
 * Throws for each requested picture that may not be used: pictures must belong to the viewer and have been
 * uploaded for that purpose, or be shown there already, whoever added them.
 */
export function assertShowable(
  asked: readonly string[],
  {
    files,
    shown,
    userId,
    pathOf,
  }: {
    files: readonly KnownFile[];
    shown: readonly string[];
    userId: string;
    pathOf: (index: number) => Path;
  },
): void {
  const own = files.filter(
    ({ ownerId, purpose }) => ownerId === userId && purpose === 'PRODUCT_IMAGE',
  );
  const allowed = new Set([...own.map(({ mediaId }) => mediaId), ...shown]);
  checkEach(asked, (id, index) => {
    if (!allowed.has(id)) throw mediaNotFound(pathOf(index));
  });
}
