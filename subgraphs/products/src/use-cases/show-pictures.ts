import { allOf, DomainError, isFresh, isIdOf } from '@souk/runtime/domain';
import { lookUntil } from '@souk/runtime/events';
import { mediaNotFound } from '../domain/errors.ts';
import { assertShowable, checkedPictures, type PictureHolder } from '../domain/pictures.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ProductsDeps } from './deps.ts';

type Ids = readonly string[] | null | undefined;
type Path = readonly (string | number)[];
type Reads = Pick<Stores, 'media' | 'pictures'>;

const PATH: Path = ['input', 'mediaIds'];

/**
 * Transactions that are repeated if pictures are missing that were uploaded a moment ago, once the news of
 * them have arrived. Callers without permission, and repeats, wait for nothing.
 */
export const awaitingPictures =
  (
    { transaction, clock }: Pick<ProductsDeps, 'transaction' | 'clock'>,
    ids: Ids,
  ): ProductsDeps['transaction'] =>
  async (work) => {
    try {
      return await transaction(work);
    } catch (error) {
      const isNew = (id: string) => isIdOf('med', id) && isFresh(id, clock());
      const fresh = [...new Set(ids ?? [])].filter(isNew);
      if (fresh.length === 0 || !isMissingMedia(error)) throw error;
      await lookUntil(
        () => transaction(({ media }) => media.findMany(fresh)),
        (found) => found.length === fresh.length,
      );
      return transaction(work);
    }
  };

const isMissingMedia = (error: unknown): boolean =>
  error instanceof DomainError && allOf(error).some(({ code }) => code === MEDIA_NOT_FOUND);
const MEDIA_NOT_FOUND = mediaNotFound().code;

/** Throws for each picture that somebody may not use for this; `of` is null for something new. */
export async function assertPicturesOf(
  { media, pictures }: Reads,
  userId: string,
  asked: Ids,
  of: { holder: PictureHolder; id: string } | null,
): Promise<void> {
  if (asked == null || asked.length === 0) return;
  const files = await media.findMany(asked);
  const shown = of ? await pictures.of(of.holder, [of.id]) : [];
  assertShowable(asked, {
    files,
    userId,
    shown: shown.map(({ mediaId }) => mediaId),
    pathOf: (index) => [...PATH, index],
  });
}

/** Throws when somebody may not use the picture as a seller's logo; `shown` is the present one. */
export async function assertLogo(
  { media }: Pick<Stores, 'media'>,
  userId: string,
  asked: string | null | undefined,
  shown: string | null = null,
): Promise<void> {
  if (asked == null) return;
  const files = await media.findMany([asked]);
  const pathOf = () => ['input', 'logoMediaId'];
  assertShowable([asked], { files, userId, shown: shown === null ? [] : [shown], pathOf });
}

/**
 * Sets the pictures of something; returns whether that changes anything. Without a request the existing ones
 * stay.
 */
export async function changePictures(
  stores: Reads,
  userId: string,
  asked: Ids,
  { holder, id }: { holder: PictureHolder; id: string },
): Promise<boolean> {
  const wanted = checkedPictures(asked, holder);
  if (wanted === null) return false;
  await assertPicturesOf(stores, userId, asked, { holder, id });
  const present = (await stores.pictures.of(holder, [id])).map(({ mediaId }) => mediaId);
  if (JSON.stringify(present) === JSON.stringify(wanted)) return false;
  await stores.pictures.put(holder, id, wanted);
  return true;
}
