import { Prisma } from '../__generated__/prisma/client.ts';
import type { PictureHolder } from '../domain/pictures.ts';
import type { Db } from './client.ts';

/** The use of a picture by something. */
export interface ShownPicture {
  holderId: string;
  mediaId: string;
}

/** Which of users' media are shown by what, in order; a seller's logo is a column of the seller. */
export interface PictureStore {
  /** Those of each, in order. */
  of(holder: PictureHolder, ids: readonly string[]): Promise<ShownPicture[]>;
  /** Replaces the pictures of something by these, in this order. */
  put(holder: PictureHolder, id: string, mediaIds: readonly string[]): Promise<void>;
}

const TABLES: Record<PictureHolder, { table: Prisma.Sql; holder: Prisma.Sql }> = {
  product: { table: Prisma.sql`product_media`, holder: Prisma.sql`product_id` },
  variant: { table: Prisma.sql`variant_media`, holder: Prisma.sql`variant_id` },
  review: { table: Prisma.sql`review_media`, holder: Prisma.sql`review_id` },
};

export const createPictureStore = (db: Db): PictureStore => ({
  of: (of, ids) => {
    const { table, holder } = TABLES[of];
    return db.$queryRaw<ShownPicture[]>`
      SELECT ${holder} AS "holderId", media_id AS "mediaId" FROM ${table}
      WHERE ${holder} = ANY(${[...ids]}) ORDER BY ${holder}, position`;
  },
  put: async (of, id, mediaIds) => {
    const { table, holder } = TABLES[of];
    await db.$executeRaw`DELETE FROM ${table} WHERE ${holder} = ${id}`;
    await db.$executeRaw`
      INSERT INTO ${table} (${holder}, media_id, position)
      SELECT ${id}, media_id, place - 1
      FROM unnest(${[...mediaIds]}::text[]) WITH ORDINALITY AS m (media_id, place)`;
  },
});
