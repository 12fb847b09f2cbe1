import { notFound } from '@souk/runtime/domain';
import { takenOver } from '../../src/domain/support.ts';
import { bringIn } from '../../src/use-cases/change-participants.ts';
import type { setSupportTaken } from '../../src/use-cases/help-in-support-room.ts';
import { moveSupport } from '../../src/use-cases/move-support.ts';

/** The naive way: whoever is seen among those who answer for the seller helps, whatever is being told of it. */
export const takeBySeenHelpers: typeof setSupportTaken = (
  { transaction, clock },
  { userId },
  { roomId },
) =>
  transaction(async (stores) => {
    const sellerId = await stores.support.sellerOf(roomId);
    const seen = sellerId ? await stores.sellers.helpedBy(userId, [sellerId]) : [];
    const before = await stores.support.lock(roomId);
    if (before === null || seen.length === 0) throw notFound('Room', ['roomId']);
    await bringIn(stores, [roomId], [userId], clock());
    await moveSupport(stores, roomId, before, takenOver(before, userId));
  });
