import { resolved } from '../domain/support.ts';
import { HAND_BACKS_AT_ONCE, handBack } from '../use-cases/hand-back-support.ts';
import { moveSupport } from '../use-cases/move-support.ts';
import { chatConsumer } from './define-consumer.ts';

/**
 * A person who is gone helps nobody and waits for no answer: what they took over is handed back, and what they asked is
 * over, which a seller's people are told. Each room that is done is found no more, so repetition is harmless.
 */
export const endSupportOfErasedPerson = chatConsumer({
  name: 'end-support-of-erased-person',
  consumes: 'users.UserErased',
  handle: async ({ event: { userId }, occurredAt: at }, stores) => {
    const [helping] = await handBack(stores, { userIds: [userId], sellerId: undefined, at });
    if (helping !== undefined) return helping;
    const roomIds = await stores.support.unresolvedOf(userId, HAND_BACKS_AT_ONCE);
    for (const roomId of roomIds) {
      const before = await stores.support.lock(roomId);
      if (before) await moveSupport(stores, roomId, before, resolved(before, true));
    }
    return roomIds.length < HAND_BACKS_AT_ONCE ? undefined : userId;
  },
});
