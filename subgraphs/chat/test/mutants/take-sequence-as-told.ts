import type { Db } from '../../src/persistence/client.ts';
import type { ChatStores } from '../../src/persistence/stores.ts';

/** The naive way: a message has the time that its process read before it waited for the room. */
export const takeSequenceAsTold = (stores: ChatStores, db: Db): ChatStores => ({
  ...stores,
  rooms: {
    ...stores.rooms,
    takeSequence: async (id, _authorId, sentAt) => {
      const { lastSequence } = await db.room.update({
        where: { id },
        data: { lastSequence: { increment: 1 }, lastMessageAt: sentAt },
      });
      return { sequence: lastSequence, sentAt };
    },
  },
});
