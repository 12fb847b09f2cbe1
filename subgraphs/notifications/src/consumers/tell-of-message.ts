import type { NotifyDeps } from '../use-cases/deps.ts';
import { notifyOfMessage } from '../use-cases/notify-of-message.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/** Told again, a message counts no second time: by the inbox of events, and by its delivery rows. */
export const tellOfMessage = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'tell-of-message',
    consumes: 'chat.MessagePosted',
    handle: async ({ event, sequence, occurredAt: postedAt }, stores) => {
      const { roomId, messageId: id, authorId, excerpt } = event;
      await stores.rooms.lock(roomId);
      const message = { id, roomId, sequence, authorId, excerpt, postedAt };
      await stores.rooms.addMessage(message);
      const present = await stores.rooms.presentAt(roomId, sequence);
      await notifyOfMessage(deps, stores, message, present);
    },
  });
