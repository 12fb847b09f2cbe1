import type { Db } from './client.ts';

/** The addresses that people have confirmed, copied from the events of users. */
export interface AddressStore {
  /** False when something newer is known of this person's address. */
  apply(address: { userId: string; email: string; sequence: number }): Promise<boolean>;
  /** The owners of these addresses. */
  findManyAt(emails: readonly string[]): Promise<{ userId: string; email: string }[]>;
  findMany(userIds: readonly string[]): Promise<{ userId: string; email: string }[]>;
}

export const createAddressStore = (db: Db): AddressStore => {
  const select = { userId: true, email: true } as const;
  return {
    apply: async ({ userId, email, sequence }) =>
      (await db.$executeRaw`
        INSERT INTO known_address (user_id, email, sequence)
        VALUES (${userId}, ${email}, ${sequence}::bigint)
        ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, sequence = excluded.sequence
        WHERE known_address.sequence < excluded.sequence`) === 1,
    findManyAt: (emails) =>
      db.knownAddress.findMany({ where: { email: { in: [...emails] } }, select }),
    findMany: (userIds) =>
      db.knownAddress.findMany({ where: { userId: { in: [...userIds] } }, select }),
  };
};
