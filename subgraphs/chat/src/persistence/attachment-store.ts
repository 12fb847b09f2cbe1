import type { Db } from './client.ts';

export interface AttachmentsOf {
  messageId: string;
  mediaIds: string[];
}

/** Files of messages, and of whom chat knows that they may attach them. */
export interface AttachmentStore {
  /** A file that is ready, and whose it is. */
  remember(media: { id: string; ownerId: string }): Promise<void>;
  /** A file that is gone, or will never be ready: it is nobody's from then on. */
  forget(id: string): Promise<void>;
  /** Those among these that this person may attach. */
  ownedAmong(ownerId: string, mediaIds: readonly string[]): Promise<string[]>;
  add(messageId: string, mediaIds: readonly string[]): Promise<void>;
  ofMessages(messageIds: readonly string[]): Promise<AttachmentsOf[]>;
}

export const createAttachmentStore = (db: Db): AttachmentStore => ({
  remember: async (media) => {
    await db.knownMedia.createMany({ data: [media], skipDuplicates: true });
  },
  forget: async (id) => {
    const nobodys = { ownerId: '' };
    await db.knownMedia.upsert({ where: { id }, create: { id, ...nobodys }, update: nobodys });
  },
  ownedAmong: async (ownerId, mediaIds) => {
    const rows = await db.knownMedia.findMany({
      where: { ownerId, id: { in: [...mediaIds] } },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  },
  add: async (messageId, mediaIds) => {
    if (mediaIds.length === 0) return;
    const data = mediaIds.map((mediaId, position) => ({ messageId, position, mediaId }));
    await db.messageAttachment.createMany({ data });
  },
  ofMessages: async (messageIds) => {
    const rows = await db.messageAttachment.findMany({
      where: { messageId: { in: [...messageIds] } },
      orderBy: [{ messageId: 'asc' }, { position: 'asc' }],
    });
    const found = new Map<string, string[]>();
    for (const { messageId, mediaId } of rows) {
      found.set(messageId, [...(found.get(messageId) ?? []), mediaId]);
    }
    return [...found].map(([messageId, mediaIds]) => ({ messageId, mediaIds }));
  },
});
