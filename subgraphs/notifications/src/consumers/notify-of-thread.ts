import { announceRead } from '../use-cases/announce-read.ts';
import type { NotifyDeps } from '../use-cases/deps.ts';
import { notifyOfReply } from '../use-cases/notify-of-reply.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/** Who follows a thread is told of replies in it, and who is named there that they are. */
export const notifyOfThreadReply = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-reply',
    consumes: 'chat.ThreadReplied',
    handle: async ({ event, sequence, occurredAt }, stores) => {
      const { messageId, roomId } = event;
      await stores.rooms.lock(roomId);
      // It may be heard of before: what was deleted is told to nobody.
      const { excerpt } = (await stores.messageChanges.find(messageId)) ?? event;
      if (excerpt === null) return;
      await notifyOfReply(deps, stores, { ...event, excerpt, sequence, postedAt: occurredAt });
    },
  });

/** Who reads a thread has read its notice. */
export const readThread = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'read-thread',
    consumes: 'chat.ThreadRead',
    handle: async ({ event: { threadId, userId }, occurredAt: settledAt }, stores) => {
      const subjects = [`thread:${threadId}`, `thread-mention:${threadId}`];
      const when = { settledAt, at: deps.clock() };
      const read = await stores.notifications.markSubjectsRead(userId, subjects, when);
      await announceRead(deps, stores, userId, read);
    },
  });
