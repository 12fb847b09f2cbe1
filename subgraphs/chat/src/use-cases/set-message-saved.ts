import type { Viewer } from '@souk/runtime/domain';
import { tooManySaved } from '../domain/errors.ts';
import { assertLive, MAX_SAVED_MESSAGES, type Message } from '../domain/message.ts';
import type { Stores } from '../persistence/stores.ts';
import { announceOwnChanges } from './announce-own-change.ts';
import type { ChatDeps } from './deps.ts';
import { visibleMessage } from './message-access.ts';

/**
 * Saves a message for later, or no longer; null for a saved message that the viewer does not see any more.
 */
export const setMessageSaved = (
  { transaction, clock }: ChatDeps,
  { userId }: Viewer,
  { messageId, on }: { messageId: string; on: boolean },
): Promise<Message | null> =>
  transaction(async (stores) => {
    const { messages, messageLists } = stores;
    const wasKept = !on && (await messageLists.unsave(userId, messageId));
    const message = wasKept
      ? ((await messages.findVisible([messageId], userId))[0] ?? null)
      : (await visibleMessage(stores, userId, messageId, ['messageId'])).message;
    const isNews = on ? await keep(stores, { userId, messageId, at: clock() }) : wasKept;
    if (isNews) {
      await announceOwnChanges(stores, [{ userId, kind: 'SAVED_MESSAGE', thingId: messageId }]);
    }
    return message;
  });

/** False when it was saved before. */
async function keep(
  { messageEdits, messageLists }: Pick<Stores, 'messageEdits' | 'messageLists'>,
  { userId, messageId, at }: { userId: string; messageId: string; at: Date },
): Promise<boolean> {
  // A message that is just being deleted cannot be saved.
  const message = await messageEdits.lock(messageId);
  if (message) assertLive(message);
  const count = await messageLists.countSavedLocked(userId);
  const isNew = await messageLists.save(userId, messageId, at);
  if (isNew && count >= MAX_SAVED_MESSAGES) throw tooManySaved(MAX_SAVED_MESSAGES);
  return isNew;
}
