import type { NotifyDeps } from '../use-cases/deps.ts';
import { concernedBy, notifyOfReply } from '../use-cases/notify-of-reply.ts';
import { settleSubjects } from '../use-cases/settle-subjects.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/** Followers of a thread are notified of replies in it, and mentioned people of their mention. */
export const notifyOfThreadReply = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-reply',
    consumes: 'chat.ThreadReplied',
    handle: async ({ event, sequence, occurredAt }, stores) => {
      const { messageId: id, roomId, threadId, authorId, ...called } = event;
      await stores.rooms.lock(roomId);
      // An edit or deletion may be heard of before; of what was deleted nobody is notified.
      const { excerpt } = (await stores.messageChanges.find(id)) ?? event;
      if (excerpt === null) return;
      const { mentioned, mentionsAll, followerIds } = called;
      const said = { id, roomId, threadId, sequence, authorId, excerpt, postedAt: occurredAt };
      const reply = { ...said, mentioned, mentionsAll, followerIds };
      await stores.rooms.addMessage(reply);
      await notifyOfReply(deps, stores, reply, concernedBy(reply));
    },
  });

/** Reading a thread also reads its notices. */
export const readThread = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'read-thread',
    consumes: 'chat.ThreadRead',
    handle: ({ event: { threadId, userId }, occurredAt: settledAt }, stores) => {
      const subjects = [`thread:${threadId}`, `thread-mention:${threadId}`];
      return settleSubjects(deps, stores, { userId, subjects, settledAt });
    },
  });
