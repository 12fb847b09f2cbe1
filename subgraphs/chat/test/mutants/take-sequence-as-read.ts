import { replaceStores } from '@souk/runtime/persistence';
import type { Db } from '../../src/persistence/client.ts';
import type { Stores } from '../../src/persistence/stores.ts';

/** The naive way: a message has the time that its process read before it waited for the room. */
export const takeSequenceAsRead = (stores: Stores, db: Db): Stores =>
  replaceStores(stores, {
    rooms: {
      ...stores.rooms,
      takeSequence: async (id, _authorId, sentAt) => {
        const { lastSequence } = await db.room.update({
          where: { id },
          data: { lastSequence: { increment: 1 }, lastMessageAt: sentAt },
        });
        const rules = { archivedAt: null, readOnly: false, slowModeSeconds: null };
        return {
          sequence: lastSequence,
          saidCount: lastSequence,
          sentAt,
          rules,
          lastPostedAt: null,
        };
      },
    },
  });
