import type { Db } from './client.ts';

export interface AttachmentsOf {
  messageId: string;
  mediaIds: string[];
}

/** Files of messages, in their order. */
export interface AttachmentStore {
  add(messageId: string, mediaIds: readonly string[]): Promise<void>;
  ofMessages(messageIds: readonly string[]): Promise<AttachmentsOf[]>;
}

export const createAttachmentStore = (db: Db): AttachmentStore => ({
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
