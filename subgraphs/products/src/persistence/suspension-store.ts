import type { Db } from './client.ts';

/** What an event said about whether somebody is suspended. */
export interface Suspension {
  userId: string;
  isOver: boolean;
  /** When it ends by itself; null for never. */
  until: Date | null;
  /** Place of the event in the person's stream. */
  sequence: number;
}

export interface SuspensionStore {
  /** Later knowledge is kept. */
  note(suspension: Suspension): Promise<void>;
  isSuspended(userId: string, at: Date): Promise<boolean>;
}

export const createSuspensionStore = (db: Db): SuspensionStore => ({
  note: async ({ userId, isOver, until, sequence }) => {
    await db.$executeRaw`
      INSERT INTO suspended_user (user_id, is_over, until, sequence)
      VALUES (${userId}, ${isOver}, ${until}, ${sequence}::bigint)
      ON CONFLICT (user_id) DO UPDATE
        SET is_over = excluded.is_over, until = excluded.until, sequence = excluded.sequence
      WHERE suspended_user.sequence < excluded.sequence`;
  },
  isSuspended: async (userId, at) => {
    const known = await db.suspendedUser.findUnique({ where: { userId } });
    return known !== null && !known.isOver && (known.until === null || known.until > at);
  },
});
