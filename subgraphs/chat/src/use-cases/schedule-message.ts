import { isIdOf, notFound, type Viewer } from '@souk/runtime/domain';
import type { TransactionTools } from '@souk/runtime/events';
import { clientMessageIdReused, scheduledMessageGone, tooManyScheduled } from '../domain/errors.ts';
import {
  assertLater,
  isSameRequest,
  MAX_SCHEDULED_MESSAGES,
  type ScheduledMessage,
  scheduleHash,
} from '../domain/later.ts';
import { keeperOf } from '../domain/room.ts';
import type { OwnScheduled } from '../persistence/scheduled-message-store.ts';
import type { Stores } from '../persistence/stores.ts';
import { announceOwnChanges } from './announce-own-change.ts';
import { countUse } from './count-use.ts';
import type { ChatDeps } from './deps.ts';
import { joinedRoom } from './room-access.ts';
import { assertThread } from './send-message.ts';

export interface ScheduleMessageInput {
  roomId: string;
  clientMessageId: string;
  text: string;
  threadOfId?: string | null | undefined;
  sendAt: Date;
}

/** Schedules a message; repeating the request returns the first one. */
export async function scheduleMessage(
  deps: ChatDeps,
  viewer: Viewer,
  { roomId, clientMessageId, text, threadOfId: rootId = null, sendAt }: ScheduleMessageInput,
): Promise<{ scheduled: ScheduledMessage; replayed: boolean }> {
  const { transaction, reads, clock, newId } = deps;
  const { userId, isStaff: asStaff } = keeperOf(viewer);
  await joinedRoom(reads, userId, roomId, ['input', 'roomId']);
  await assertThread(reads, { roomId, threadOfId: rootId }, userId);
  const asked = { roomId, rootId, inputHash: scheduleHash({ text, sendAt }) };
  return transaction(async (stores) => {
    const { scheduledMessages } = stores;
    const waiting = await scheduledMessages.countWaitingLocked(userId);
    const first = await scheduledMessages.byClientId(userId, clientMessageId);
    if (first) {
      if (!isSameRequest(first, asked)) throw clientMessageIdReused(['input', 'clientMessageId']);
      return { scheduled: first, replayed: true };
    }
    const createdAt = clock();
    assertLater(sendAt, createdAt, ['input', 'sendAt']);
    if (waiting >= MAX_SCHEDULED_MESSAGES) throw tooManyScheduled(MAX_SCHEDULED_MESSAGES);
    await countUse(deps, stores, userId, { rule: 'scheduled' });
    const scheduled: ScheduledMessage = {
      id: newId('sch'),
      userId,
      roomId,
      rootId,
      clientMessageId,
      text,
      sendAt,
      asStaff,
      createdAt,
      inputHash: asked.inputHash,
      status: 'SCHEDULED',
      failure: null,
      messageId: null,
    };
    await scheduledMessages.add(scheduled);
    await announceScheduled(stores, scheduled);
    return { scheduled, replayed: false };
  });
}

export interface ScheduledMessageChange {
  scheduledMessageId: string;
  text?: string | null | undefined;
  sendAt?: Date | null | undefined;
}

/** Changes a pending message; missing fields stay as they are. */
export async function updateScheduledMessage(
  deps: ChatDeps,
  { userId }: Viewer,
  { scheduledMessageId, text, sendAt }: ScheduledMessageChange,
): Promise<ScheduledMessage> {
  if (sendAt) assertLater(sendAt, deps.clock(), ['sendAt']);
  const changes = { ...(text == null ? {} : { text }), ...(sendAt == null ? {} : { sendAt }) };
  return ofOwn(deps, userId, scheduledMessageId, ({ scheduledMessages }, own) =>
    scheduledMessages.change(own, changes),
  );
}

export const cancelScheduledMessage = (
  deps: ChatDeps,
  { userId }: Viewer,
  scheduledMessageId: string,
): Promise<ScheduledMessage> =>
  ofOwn(deps, userId, scheduledMessageId, ({ scheduledMessages }, own) =>
    scheduledMessages.cancel(own),
  );

/** Changes one of the viewer's own pending messages. */
const ofOwn = (
  { transaction, clock }: ChatDeps,
  userId: string,
  id: string,
  change: (
    stores: Pick<Stores, 'scheduledMessages'>,
    own: OwnScheduled,
  ) => Promise<ScheduledMessage | null>,
): Promise<ScheduledMessage> =>
  transaction(async (stores) => {
    const [own] = isIdOf('sch', id) ? await stores.scheduledMessages.findMany([id]) : [];
    if (own?.userId !== userId) throw notFound('ScheduledMessage', ['scheduledMessageId']);
    const changed = await change(stores, { id, userId, at: clock() });
    if (!changed) throw scheduledMessageGone();
    await announceScheduled(stores, changed);
    return changed;
  });

/** Tells its author's other devices that it is pending, has changed, or what became of it. */
export const announceScheduled = (
  stores: Pick<TransactionTools, 'events'>,
  { id: thingId, userId }: Pick<ScheduledMessage, 'id' | 'userId'>,
): Promise<void> => announceOwnChanges(stores, [{ userId, kind: 'SCHEDULED_MESSAGE', thingId }]);
