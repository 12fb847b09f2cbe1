import { isFresh, isIdOf, notFound, type Viewer } from '@souk/runtime/domain';
import { lookUntil } from '@souk/runtime/events';
import { countUse } from './count-use.ts';
import type { ChatDeps } from './deps.ts';
import { openRoom } from './open-room.ts';
import { waitUntilKnown } from './wait-until-known.ts';

/** Resolves to the one room about an order in which its buyer asks staff. */
export async function openSupportRoom(
  deps: ChatDeps,
  { userId }: Viewer,
  orderId: string,
): Promise<string> {
  const { reads, clock } = deps;
  await waitUntilKnown(deps, [userId]);
  // The news of an order that was placed a moment ago may be on the way.
  const buyerId = isIdOf('ord', orderId)
    ? await lookUntil(
        () => reads.support.buyerOf(orderId),
        (buyer) => buyer !== null || !isFresh(orderId, clock()),
      )
    : null;
  if (buyerId !== userId) throw notFound('Order', ['orderId']);
  return deps.transaction(async (stores) => {
    const existing = await stores.support.roomOfOrderLocked(orderId);
    if (existing) return existing;
    const id = deps.newId('room');
    await openRoom(
      stores,
      {
        id,
        kind: 'SUPPORT',
        name: null,
        topic: null,
        groupId: null,
        directKey: null,
        isGeneral: false,
        createdBy: userId,
        createdAt: clock(),
      },
      [userId],
    );
    await stores.support.add({ roomId: id, orderId, askedBy: userId });
    await countUse(deps, stores, userId, { rule: 'rooms' });
    return id;
  });
}
