import { createSearchIndex, type KeptWords, searchQueryOf } from '@souk/runtime/search';
import type { Db } from './client.ts';

/** Names of a person, copied from the events of users. */
export interface KnownUser {
  id: string;
  username: string;
  displayName: string;
}

/** People's names, by which members are found. */
export interface KnownUserStore {
  /** The words by which they are found. */
  readonly words: KeptWords;
  /** Whether few people have names with the words of a query. */
  haveFew(query: string): Promise<boolean>;
  /** Those of these ids that are of people. */
  known(ids: readonly string[]): Promise<string[]>;
  /** Unless something newer is known of them: `sequence` is the event's place in their stream. */
  apply(user: KnownUser & { sequence: number }): Promise<void>;
}

export const createKnownUserStore = (db: Db): KnownUserStore => {
  const index = createSearchIndex<KnownUser>(db, {
    table: 'known_user',
    columns: 'id, username, display_name AS "displayName"',
    textsOf: ({ username, displayName }) => [
      [displayName, 'A'],
      [username, 'A'],
    ],
    indexed: 'true',
  });
  return {
    words: index.words,
    haveFew: (query) => index.matchesFew(searchQueryOf(query)),
    known: async (ids) => {
      const rows = await db.knownUser.findMany({
        where: { id: { in: [...ids] } },
        select: { id: true },
      });
      return rows.map(({ id }) => id);
    },
    apply: async ({ sequence, ...user }) => {
      const { id, username, displayName } = user;
      const applied = await db.$executeRaw`
        INSERT INTO known_user (id, username, display_name, sequence)
        VALUES (${id}, ${username}, ${displayName}, ${sequence}::bigint)
        ON CONFLICT (id) DO UPDATE SET username = excluded.username,
          display_name = excluded.display_name, sequence = excluded.sequence
        WHERE known_user.sequence < excluded.sequence`;
      if (applied === 1) await index.write([user]);
    },
  };
};
