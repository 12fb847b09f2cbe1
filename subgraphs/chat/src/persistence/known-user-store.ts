import type { Db } from './client.ts';

/** The copy of accounts that is fed by UserRegistered. */
export interface KnownUser {
  id: string;
  username: string;
}

/** What is left of a person whose account is gone has no name (`erasure.ts`). */
export const isErased = ({ username }: KnownUser): boolean => username === '';

export interface KnownUserStore {
  /** A person is stored as first heard of: usernames never change. */
  add(user: KnownUser & { registeredAt: Date }): Promise<void>;
  findMany(ids: readonly string[]): Promise<KnownUser[]>;
  findNamed(usernames: readonly string[]): Promise<KnownUser[]>;
}

export const createKnownUserStore = (db: Db): KnownUserStore => ({
  add: async ({ id, username, registeredAt }) => {
    await db.$executeRaw`
      INSERT INTO known_user (id, username, registered_at)
      VALUES (${id}, ${username}, ${registeredAt}) ON CONFLICT DO NOTHING`;
  },
  findNamed: (usernames) =>
    db.knownUser.findMany({
      where: { username: { in: [...usernames] } },
      select: { id: true, username: true },
    }),
  findMany: (ids) =>
    db.knownUser.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, username: true },
    }),
});
