import type { Db } from './client.ts';

/** What we know of a person, from users' events. */
export interface Person {
  userId: string;
  username: string;
  displayName: string;
}

export interface PersonStore {
  find(userId: string): Promise<Person | null>;
  /** False, without any change, when something newer is already known. */
  apply(person: Person & { sequence: number }): Promise<boolean>;
}

export const createPersonStore = (db: Db): PersonStore => ({
  find: (userId) =>
    db.person.findUnique({
      where: { userId },
      select: { userId: true, username: true, displayName: true },
    }),
  apply: async ({ userId, username, displayName, sequence }) => {
    const written = await db.$executeRaw`
      INSERT INTO person (user_id, username, display_name, sequence)
      VALUES (${userId}, ${username}, ${displayName}, ${sequence}::bigint)
      ON CONFLICT (user_id) DO UPDATE SET username = excluded.username,
        display_name = excluded.display_name, sequence = excluded.sequence
      WHERE person.sequence < excluded.sequence`;
    return written === 1;
  },
});
