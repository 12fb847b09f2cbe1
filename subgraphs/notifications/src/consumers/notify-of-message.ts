import type { NotifyDeps } from '../use-cases/deps.ts';
import { PEOPLE_AT_ONCE } from '../use-cases/notify.ts';
import { notifyOfMessage } from '../use-cases/notify-of-message.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/**
 * A message that is delivered again is not counted twice, because of the inbox of events and the delivery
 * rows. The people of a large room are notified in parts.
 */
export const notifyOfPostedMessage = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-message',
    consumes: 'chat.MessagePosted',
    handle: async ({ event, sequence, occurredAt: postedAt }, stores, from) => {
      const { roomId, messageId: id, authorId, mentioned, mentionsAll } = event;
      await stores.rooms.lock(roomId);
      // An edit or deletion may have arrived before; nobody is notified of a deleted message.
      const { excerpt } = (await stores.messageChanges.find(id)) ?? event;
      if (excerpt === null) return undefined;
      const of = { mentioned, mentionsAll, threadId: null, followerIds: [] };
      const message = { id, roomId, sequence, authorId, excerpt, postedAt, ...of };
      await stores.rooms.addMessage(message);
      const page = { after: from ?? null, limit: PEOPLE_AT_ONCE };
      const present = await stores.rooms.presentAt(roomId, sequence, page);
      await notifyOfMessage(deps, stores, message, present);
      return present.length < PEOPLE_AT_ONCE ? undefined : present.at(-1);
    },
  });
