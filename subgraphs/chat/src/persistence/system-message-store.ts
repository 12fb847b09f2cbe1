import { announceLocks } from '@souk/runtime/persistence';
import { SEARCH_VERSION } from '@souk/runtime/search';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { OrderStep, SystemChange, SystemMessage } from '../domain/system-message.ts';
import type { Db } from './client.ts';

/** The position that a room gives a message of its own. */
export interface SystemPlace {
  sequence: number;
  /** How many the room generated, including this one. */
  number: number;
  sentAt: Date;
}

export interface NewSystemMessage extends SystemMessage, SystemPlace {
  roomId: string;
  eventSequence: number;
}

/** What rooms report about themselves. */
export interface SystemMessageStore {
  /**
   * Takes the room's next message sequence for the room itself, and the corresponding time. It comes before
   * the event, since a room's row is locked before its stream everywhere. Null in a room that is closed.
   */
  takePlace(roomId: string, at: Date): Promise<SystemPlace | null>;
  add(message: NewSystemMessage): Promise<void>;
  /** How many of a room's messages up to this one the room itself generated. */
  countUpTo(roomId: string, sequence: number): Promise<number>;
  ofMessages(messageIds: readonly string[]): Promise<SystemMessage[]>;
}

/** How many of a room's messages up to this one the room itself generated: one index lookup. */
export const systemUpTo = (
  roomId: Prisma.Sql | string,
  sequence: Prisma.Sql | number,
) => Prisma.sql`
  coalesce((SELECT earlier.number FROM system_message earlier
    WHERE earlier.room_id = ${roomId} AND earlier.sequence <= ${sequence}
    ORDER BY earlier.sequence DESC LIMIT 1), 0)`;

export const createSystemMessageStore = (db: Db): SystemMessageStore => ({
  takePlace: async (roomId, at) => {
    announceLocks(db, roomId);
    const [row] = await db.$queryRaw<SystemPlace[]>`
      UPDATE room SET last_sequence = last_sequence + 1, system_count = system_count + 1,
        last_message_at = greatest(last_message_at, created_at, ${at})
      WHERE id = ${roomId} AND archived_at IS NULL
      RETURNING last_sequence AS sequence, system_count AS number, last_message_at AS "sentAt"`;
    return row ?? null;
  },
  add: async ({ messageId, roomId, sequence, number, sentAt, eventSequence, ...said }) => {
    const { change, byId, peopleIds, changed, pinnedMessageId, orderStep } = said;
    await db.$executeRaw`
      WITH said AS (
        INSERT INTO message (id, room_id, sequence, event_sequence, kind, sent_at, search_version)
        VALUES (${messageId}, ${roomId}, ${sequence}, ${eventSequence}::bigint, 'SYSTEM', ${sentAt},
          ${SEARCH_VERSION}))
      INSERT INTO system_message
        (message_id, room_id, sequence, number, change, by_id, people_ids, changed, pinned_message_id,
         order_step)
      VALUES (${messageId}, ${roomId}, ${sequence}, ${number}, ${change}, ${byId},
        ${[...peopleIds]}::text[], ${[...changed]}::text[], ${pinnedMessageId},
        ${orderStep})`;
  },
  countUpTo: async (roomId, sequence) => {
    const [row] = await db.$queryRaw<{ count: number }[]>`
      SELECT ${systemUpTo(roomId, sequence)} AS count`;
    return row?.count ?? 0;
  },
  ofMessages: async (messageIds) => {
    const rows = await db.systemMessage.findMany({
      where: { messageId: { in: [...messageIds] } },
      omit: { roomId: true, sequence: true, number: true },
    });
    return rows.map((row) => ({
      ...row,
      change: row.change as SystemChange,
      orderStep: row.orderStep as OrderStep | null,
    }));
  },
});
