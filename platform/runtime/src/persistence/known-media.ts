import type { SqlExecutor } from './sql-executor.ts';

/** A file that is ready, as the events of users describe it. */
interface Media {
  id: string;
  ownerId: string;
  purpose: string;
}

/** The owners of files, in a subgraph's table `known_media`: a copy of what users says. */
export interface KnownMedia {
  remember(media: Media): Promise<void>;
  /** A file that is gone, or will never be ready: from then on it belongs to nobody. */
  forget(id: string): Promise<void>;
  /** Those among these files that this person has for that purpose. */
  ownedAmong(
    { ownerId, purpose }: Omit<Media, 'id'>,
    mediaIds: readonly string[],
  ): Promise<string[]>;
}

export const createKnownMedia = (db: SqlExecutor): KnownMedia => ({
  remember: async ({ id, ownerId, purpose }) => {
    // A forgotten file stays forgotten, in whatever order the news arrive.
    await db.$executeRawUnsafe(
      'INSERT INTO known_media (id, owner_id, purpose) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      ...[id, ownerId, purpose],
    );
  },
  forget: async (id) => {
    await db.$executeRawUnsafe(
      `INSERT INTO known_media (id, owner_id, purpose) VALUES ($1, '', '')
       ON CONFLICT (id) DO UPDATE SET owner_id = ''`,
      id,
    );
  },
  ownedAmong: async ({ ownerId, purpose }, mediaIds) => {
    if (mediaIds.length === 0) return [];
    const rows = await db.$queryRawUnsafe<{ id: string }[]>(
      'SELECT id FROM known_media WHERE owner_id = $1 AND purpose = $2 AND id = ANY($3::text[])',
      ...[ownerId, purpose, mediaIds],
    );
    return rows.map(({ id }) => id);
  },
});
