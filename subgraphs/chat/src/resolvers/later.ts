import { isIdOf, notFound, pairId, pairOf } from '@souk/runtime/domain';
import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type {
  ReminderDueResolvers,
  ReminderResolvers,
  ScheduledMessageResolvers,
  ViewerRemindersArgs,
  ViewerScheduledMessagesArgs,
} from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import type { Reminder as ReminderModel, ScheduledMessage as Scheduled } from '../domain/later.ts';
import { threadIdOf } from '../domain/thread.ts';
import type { TimePosition } from '../persistence/message-lists.ts';
import { findRoom } from './read-room.ts';

const idOf = ({ id }: Scheduled) => id;
const positionOf = ({ remindAt, messageId }: ReminderModel): TimePosition => [
  remindAt.toISOString(),
  messageId,
];

/** What is waiting to be sent on the viewer's behalf. */
export async function scheduledOf(
  userId: string,
  args: ViewerScheduledMessagesArgs,
  { cursors, stores }: Context,
) {
  const purpose = `scheduled:${userId}`;
  const page = pageOf<string>(args, { cursors, purpose });
  const rows = await stores.scheduledMessages.waitingOf(userId, page);
  return connectionOf(rows, page, { cursors, purpose, positionOf: idOf });
}

/** What the viewer wants to be reminded of. */
export async function remindersOf(
  userId: string,
  args: ViewerRemindersArgs,
  { cursors, stores }: Context,
) {
  const purpose = `reminders:${userId}`;
  const page = pageOf<TimePosition>(args, { cursors, purpose });
  const rows = await stores.reminders.toCome(userId, page);
  return connectionOf(rows, page, { cursors, purpose, positionOf });
}

export const ScheduledMessage: ScheduledMessageResolvers = {
  /** Each viewer sees only their own. */
  __resolveReference: async ({ id }, { viewer, stores }) => {
    const [own] = isIdOf('sch', id) ? await stores.scheduledMessages.findMany([id]) : [];
    return own && own.userId === viewer?.userId ? own : null;
  },
  room: ({ roomId }, _, context) => findRoom(roomId, context),
  threadId: ({ rootId }) => (rootId === null ? null : threadIdOf(rootId)),
  message: ({ messageId }, _, { loaders }) =>
    messageId === null ? null : loaders.message.load(messageId),
};

export const Reminder: ReminderResolvers = {
  /** Each viewer sees only their own. */
  __resolveReference: async ({ id }, { viewer, stores }) => {
    const [messageId, userId] = pairOf('rmd', id, ['msg', 'usr']) ?? [];
    if (!messageId || !userId || userId !== viewer?.userId) return null;
    return stores.reminders.find(userId, messageId);
  },
  id: ({ messageId, userId }) => pairId('rmd', messageId, userId),
  message: ({ messageId }, _, { loaders }) => loaders.message.load(messageId),
};

export const ReminderDue: ReminderDueResolvers = {
  reminder: async ({ userId, messageId }, _, { stores }) => {
    const reminder = await stores.reminders.find(userId, messageId);
    if (!reminder) throw notFound('Reminder');
    return reminder;
  },
};
