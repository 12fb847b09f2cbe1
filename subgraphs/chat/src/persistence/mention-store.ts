import { Prisma } from '../__generated__/prisma/client.ts';
import type { Mention, MentionScope } from '../domain/mentions.ts';
import type { Message } from '../domain/message.ts';
import type { Db } from './client.ts';

export interface MentionsOf {
  messageId: string;
  mentions: Mention[];
}

export interface MentionStore {
  /** Stores what a message mentions, replacing what it mentioned before its edit. */
  replace(message: Message, mentions: readonly Mention[]): Promise<void>;
  add(message: Message, mentions: readonly Mention[]): Promise<void>;
  ofMessages(messageIds: readonly string[]): Promise<MentionsOf[]>;
  /** How many unread messages of others mention this person, in each of these rooms. */
  unread(userId: string, roomIds: readonly string[]): Promise<{ id: string; count: number }[]>;
}

/** Higher counts are reported as this number. */
const COUNTED_UP_TO = 1_000;

/**
 * The unread messages of others that mention the participant `p`, by name or with all. A query for each of
 * the two, since PostgreSQL has an index for each. Mentions of those present concern nobody later.
 */
export const unreadMentions = Prisma.sql`(
  SELECT count(*)::int FROM (
    SELECT called.message_id FROM (
      SELECT mm.message_id FROM message_mention mm
      WHERE mm.user_id = p.user_id AND mm.room_id = p.room_id AND mm.sequence > p.read_message_sequence
      UNION
      SELECT mm.message_id FROM message_mention mm
      WHERE mm.user_id IS NULL AND mm.scope = 'EVERYONE' AND mm.room_id = p.room_id AND mm.sequence > p.read_message_sequence
    ) called JOIN message m ON m.id = called.message_id AND m.author_id IS DISTINCT FROM p.user_id
    LIMIT ${COUNTED_UP_TO}) unread)`;

export const createMentionStore = (db: Db): MentionStore => {
  const add: MentionStore['add'] = async (message, mentions) => {
    if (mentions.length === 0) return;
    // Mentions in a thread count for the thread, not for its room.
    const { id: messageId, threadRootId, roomId, sequence } = message;
    const place = threadRootId === null ? { roomId, sequence } : { roomId: null, sequence: null };
    const rows = mentions.map((mention) => ({ ...mention, messageId, ...place }));
    await db.messageMention.createMany({ data: rows });
  };
  return {
    add,
    replace: async (message, mentions) => {
      await db.messageMention.deleteMany({ where: { messageId: message.id } });
      await add(message, mentions);
    },
    ofMessages: async (messageIds) => {
      const rows = await db.messageMention.findMany({
        where: { messageId: { in: [...messageIds] } },
        orderBy: [{ messageId: 'asc' }, { start: 'asc' }],
      });
      const found = new Map<string, Mention[]>();
      for (const { messageId, start, length, userId, scope } of rows) {
        const mentions = found.get(messageId) ?? [];
        mentions.push({ start, length, userId, scope: scope as MentionScope | null });
        found.set(messageId, mentions);
      }
      return [...found].map(([messageId, mentions]) => ({ messageId, mentions }));
    },
    unread: (userId, roomIds) => db.$queryRaw`
      SELECT p.room_id AS id, ${unreadMentions} AS count FROM participant p
      WHERE p.user_id = ${userId} AND p.room_id = ANY(${[...roomIds]}::text[])`,
  };
};
