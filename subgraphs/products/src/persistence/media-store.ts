import type { Db } from './client.ts';

/** A file that somebody uploaded and may attach or import: a copy of what users says. */
export interface OwnMedia {
  mediaId: string;
  ownerId: string;
  purpose: string;
  fileName: string;
  altText: string | null;
  /** The encrypted link from which an import reads it; null for files that are not read here. */
  url: string | null;
}

export interface MediaStore {
  findMany(mediaIds: readonly string[]): Promise<OwnMedia[]>;
  /** Adding it twice has no further effect. */
  keep(media: OwnMedia): Promise<void>;
  /** A file that is gone, or will never be ready: from then on it belongs to nobody. */
  forget(mediaId: string): Promise<void>;
}

export const createMediaStore = (db: Db): MediaStore => ({
  findMany: (mediaIds) => db.ownMedia.findMany({ where: { mediaId: { in: [...mediaIds] } } }),
  keep: async (media) => {
    await db.ownMedia.createMany({ data: [media], skipDuplicates: true });
  },
  forget: async (mediaId) => {
    const nobodys = { ownerId: '', purpose: '', fileName: '', altText: null, url: null };
    await db.ownMedia.upsert({
      where: { mediaId },
      create: { mediaId, ...nobodys },
      update: nobodys,
    });
  },
});
