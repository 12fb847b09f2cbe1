import { newId } from '@souk/runtime/domain';
import { roomStream, type TransactionTools } from '@souk/runtime/events';
import type { SystemNews } from '../domain/system-message.ts';
import type { Stores } from '../persistence/stores.ts';

/**
 * Lets a room report what happened to it, in a message of its own with its event. The caller must not hold
 * the lock of the room's stream, unless it holds that of the room's row as well. A closed room reports nothing more,
 * so its closing is reported before it is closed.
 */
export async function postSystemMessage(
  { systemMessages, events }: Pick<Stores, 'systemMessages'> & TransactionTools,
  roomId: string,
  news: SystemNews,
  at: Date,
): Promise<void> {
  const place = await systemMessages.takePlace(roomId, at);
  if (!place) return;
  const messageId = newId('msg');
  const { sequence: eventSequence } = await events.append({
    type: 'chat.SystemMessagePosted',
    stream: roomStream(roomId),
    payload: { roomId, messageId, sequence: place.sequence, change: news.change },
  });
  const nothing = {
    byId: null,
    peopleIds: [],
    changed: [],
    pinnedMessageId: null,
    orderStep: null,
  };
  await systemMessages.add({ ...nothing, ...news, ...place, messageId, roomId, eventSequence });
}
