import type { Viewer } from '@souk/runtime/domain';
import { tooManySaved } from '../domain/errors.ts';
import { assertLive, MAX_SAVED_MESSAGES, type Message } from '../domain/message.ts';
import type { ChatDeps } from './deps.ts';
import { visibleMessage } from './message-access.ts';

/** Keeps a message for later, or no longer. */
export const setMessageSaved = (
  { transaction, clock }: ChatDeps,
  { userId }: Viewer,
  { messageId, on }: { messageId: string; on: boolean },
): Promise<Message> =>
  transaction(async (stores) => {
    const seen = await visibleMessage(stores, userId, messageId, ['messageId']);
    const { messageLists, messageEdits } = stores;
    if (!on) await messageLists.unsave(userId, messageId);
    else {
      // One that is just being deleted is kept by nobody.
      const message = await messageEdits.lock(messageId);
      if (message) assertLive(message);
      const count = await messageLists.countSavedLocked(userId);
      const isNew = await messageLists.save(userId, messageId, clock());
      if (isNew && count >= MAX_SAVED_MESSAGES) throw tooManySaved(MAX_SAVED_MESSAGES);
    }
    return seen.message;
  });
