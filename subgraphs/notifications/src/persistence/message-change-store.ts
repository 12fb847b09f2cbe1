import type { Db } from './client.ts';

/** What became of a message: its current text, or null if it was deleted. */
export interface MessageChange {
  id: string;
  excerpt: string | null;
}

export interface NewMessageChange extends MessageChange {
  /** Increases with each edit; nothing follows a deletion. */
  revision: number;
  at: Date;
}

/** What became of messages, whether we hear of the change or of the message first. */
export interface MessageChangeStore {
  /**
   * False if something newer is known. The same change may be recorded twice, because its event is handled in
   * parts.
   */
  note(change: NewMessageChange): Promise<boolean>;
  find(messageId: string): Promise<MessageChange | null>;
}

/** No revision of a message follows its deletion. */
export const DELETED = 2_147_483_647;

export const createMessageChangeStore = (db: Db): MessageChangeStore => ({
  note: async ({ id, revision, excerpt, at }) => {
    const noted = await db.$executeRaw`
      INSERT INTO room_message_change AS c (id, revision, excerpt, changed_at)
      VALUES (${id}, ${revision}, ${excerpt}, ${at})
      ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, excerpt = excluded.excerpt
      WHERE c.revision <= excluded.revision`;
    if (noted === 0) return false;
    if (excerpt === null) await db.roomMessage.deleteMany({ where: { id } });
    else await db.roomMessage.updateMany({ where: { id }, data: { excerpt } });
    return true;
  },
  find: (id) =>
    db.roomMessageChange.findUnique({ where: { id }, select: { id: true, excerpt: true } }),
});
