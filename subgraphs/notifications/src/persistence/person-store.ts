import type { Db } from './client.ts';

/** What we know of a person, from the events of users. */
export interface Person {
  userId: string;
  username: string;
  displayName: string;
  locale: string | null;
}

/** Why nothing is sent to an address any more. */
export type Refusal = 'BOUNCED' | 'COMPLAINED';

export interface MailAddress {
  address: string;
  refused: Refusal | null;
}

export interface PersonStore {
  findMany(userIds: readonly string[]): Promise<Person[]>;
  /** Does nothing if something newer is known already. */
  apply(person: Person & { sequence: number }): Promise<void>;
  /** Stores the address that a person has confirmed; does nothing if something newer is known. */
  applyAddress(confirmed: { userId: string; address: string; sequence: number }): Promise<void>;
  /** The confirmed addresses of these people, as far as they have one. */
  addressesOf(userIds: readonly string[]): Promise<Map<string, MailAddress>>;
  /** Whether somebody has confirmed that this address is theirs. */
  isConfirmed(address: string): Promise<boolean>;
  /** Stops mail to this address of a person until they confirm one again. */
  refuseAddress(of: { userId: string; address: string }, why: Refusal, at: Date): Promise<void>;
}

export const createPersonStore = (db: Db): PersonStore => ({
  findMany: (userIds) =>
    db.person.findMany({
      where: { userId: { in: [...userIds] } },
      select: { userId: true, username: true, displayName: true, locale: true },
    }),
  apply: async ({ userId, username, displayName, locale, sequence }) => {
    await db.$executeRaw`
      INSERT INTO person (user_id, username, display_name, locale, sequence)
      VALUES (${userId}, ${username}, ${displayName}, ${locale}, ${sequence}::bigint)
      ON CONFLICT (user_id) DO UPDATE SET username = excluded.username,
        display_name = excluded.display_name, locale = excluded.locale, sequence = excluded.sequence
      WHERE person.sequence < excluded.sequence`;
  },
  applyAddress: async ({ userId, address, sequence }) => {
    await db.$executeRaw`
      INSERT INTO mail_address (user_id, address, sequence)
      VALUES (${userId}, ${address}, ${sequence}::bigint)
      ON CONFLICT (user_id) DO UPDATE SET address = excluded.address, sequence = excluded.sequence,
        refused = NULL, refused_at = NULL
      WHERE mail_address.sequence < excluded.sequence`;
  },
  addressesOf: async (userIds) => {
    const rows = await db.mailAddress.findMany({ where: { userId: { in: [...userIds] } } });
    // An erased person's name is empty.
    const known = rows.filter(({ address }) => address !== '');
    return new Map(
      known.map(({ userId, address, refused }) => [
        userId,
        { address, refused: refused as Refusal | null },
      ]),
    );
  },
  isConfirmed: async (address) => (await db.mailAddress.count({ where: { address } })) > 0,
  refuseAddress: async (of, refused, refusedAt) => {
    await db.mailAddress.updateMany({ where: of, data: { refused, refusedAt } });
  },
});
