import type { Db } from './client.ts';

export interface EmbedsOf {
  messageId: string;
  entityIds: string[];
}

/** What messages show besides their text: entities of any subgraph, of which chat only knows the ids. */
export interface EmbedStore {
  add(messageId: string, entityIds: readonly string[]): Promise<void>;
  ofMessages(messageIds: readonly string[]): Promise<EmbedsOf[]>;
}

export const createEmbedStore = (db: Db): EmbedStore => ({
  add: async (messageId, entityIds) => {
    if (entityIds.length === 0) return;
    const data = entityIds.map((entityId, position) => ({ messageId, position, entityId }));
    await db.messageEmbed.createMany({ data });
  },
  ofMessages: async (messageIds) => {
    const rows = await db.messageEmbed.findMany({
      where: { messageId: { in: [...messageIds] } },
      select: { messageId: true, entityId: true },
      orderBy: [{ messageId: 'asc' }, { position: 'asc' }],
    });
    const found = new Map<string, string[]>();
    for (const { messageId, entityId } of rows) {
      if (entityId !== null) found.set(messageId, [...(found.get(messageId) ?? []), entityId]);
    }
    return [...found].map(([messageId, entityIds]) => ({ messageId, entityIds }));
  },
});
