import { isIdOf, notFound, type Viewer } from '@souk/runtime/domain';
import { clientMessageIdReused, scheduledMessageGone, tooManyScheduled } from '../domain/errors.ts';
import {
  assertLater,
  isSameRequest,
  MAX_SCHEDULED_MESSAGES,
  type ScheduledMessage,
  scheduleHash,
} from '../domain/later.ts';
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

/** Says something later; asking for the same again gives what was asked for first. */
export async function scheduleMessage(
  { transaction, reads, clock, newId }: ChatDeps,
  { userId }: Viewer,
  { roomId, clientMessageId, text, threadOfId: rootId = null, sendAt }: ScheduleMessageInput,
): Promise<{ scheduled: ScheduledMessage; replayed: boolean }> {
  await joinedRoom(reads, userId, roomId, ['input', 'roomId']);
  await assertThread(reads, { roomId, threadOfId: rootId }, userId);
  const asked = { roomId, rootId, inputHash: scheduleHash({ text, sendAt }) };
  return transaction(async ({ scheduledMessages }) => {
    const waiting = await scheduledMessages.countWaitingLocked(userId);
    const first = await scheduledMessages.byClientId(userId, clientMessageId);
    if (first) {
      if (!isSameRequest(first, asked)) throw clientMessageIdReused(['input', 'clientMessageId']);
      return { scheduled: first, replayed: true };
    }
    const createdAt = clock();
    assertLater(sendAt, createdAt, ['input', 'sendAt']);
    if (waiting >= MAX_SCHEDULED_MESSAGES) throw tooManyScheduled(MAX_SCHEDULED_MESSAGES);
    const scheduled: ScheduledMessage = {
      id: newId('sch'),
      userId,
      roomId,
      rootId,
      clientMessageId,
      text,
      sendAt,
      createdAt,
      inputHash: asked.inputHash,
      status: 'SCHEDULED',
      failure: null,
      messageId: null,
    };
    await scheduledMessages.add(scheduled);
    return { scheduled, replayed: false };
  });
}

export interface ScheduledMessageChange {
  scheduledMessageId: string;
  text?: string | null | undefined;
  sendAt?: Date | null | undefined;
}

/** Changes what waits to be sent; what is not given stays. */
export async function updateScheduledMessage(
  deps: ChatDeps,
  { userId }: Viewer,
  { scheduledMessageId, text, sendAt }: ScheduledMessageChange,
): Promise<ScheduledMessage> {
  if (sendAt) assertLater(sendAt, deps.clock(), ['sendAt']);
  return change(deps, userId, scheduledMessageId, {
    ...(text == null ? {} : { text }),
    ...(sendAt == null ? {} : { sendAt }),
  });
}

export const cancelScheduledMessage = (
  deps: ChatDeps,
  { userId }: Viewer,
  scheduledMessageId: string,
): Promise<ScheduledMessage> => change(deps, userId, scheduledMessageId, { status: 'CANCELLED' });

const change = (
  { transaction, clock }: ChatDeps,
  userId: string,
  id: string,
  changes: Partial<Pick<ScheduledMessage, 'text' | 'sendAt' | 'status'>>,
): Promise<ScheduledMessage> =>
  transaction(async ({ scheduledMessages }) => {
    const [own] = isIdOf('sch', id) ? await scheduledMessages.findMany([id]) : [];
    if (own?.userId !== userId) throw notFound('ScheduledMessage', ['scheduledMessageId']);
    const changed = await scheduledMessages.change({ id, userId, at: clock() }, changes);
    if (!changed) throw scheduledMessageGone();
    return changed;
  });
