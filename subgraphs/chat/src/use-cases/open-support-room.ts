import { assertExactlyOne, isFresh, isIdOf, notFound, type Viewer } from '@souk/runtime/domain';
import { lookUntil } from '@souk/runtime/events';
import { assertMayAsk } from '../domain/seller-help.ts';
import type { SupportSubject } from '../domain/support.ts';
import { countUse } from './count-use.ts';
import type { ChatDeps } from './deps.ts';
import { openRoom } from './open-room.ts';
import { waitUntilKnown } from './wait-until-known.ts';

/** Whom somebody asks: staff about an order, its seller about a part of one, or a seller about anything. */
export interface SupportQuestion {
  orderId?: string | null;
  sellerOrderId?: string | null;
  sellerId?: string | null;
}

/** Resolves to the one room in which the viewer asks this. */
export async function openSupportRoom(
  deps: ChatDeps,
  { userId }: Viewer,
  { orderId, sellerOrderId, sellerId }: SupportQuestion,
): Promise<string> {
  assertExactlyOne({ orderId, sellerOrderId, sellerId });
  await waitUntilKnown(deps, [userId]);
  const path = [
    orderId == null ? (sellerOrderId == null ? 'sellerId' : 'sellerOrderId') : 'orderId',
  ];
  const subject = await subjectOf(deps, userId, { orderId, sellerOrderId, sellerId });
  return deps.transaction(async (stores) => {
    const existing = await stores.support.roomOfLocked(subject, userId);
    if (existing) return existing;
    if (subject.sellerId !== null) {
      assertMayAsk(await stores.sellers.find(subject.sellerId), userId, path);
    }
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
        createdAt: deps.clock(),
      },
      [userId],
    );
    await stores.support.add({ roomId: id, ...subject, askedBy: userId });
    await countUse(deps, stores, userId, { rule: 'rooms' });
    return id;
  });
}

/** What the room is about. Orders and their parts are their buyers'; for anybody else there is no such thing. */
async function subjectOf(
  deps: ChatDeps,
  userId: string,
  { orderId, sellerOrderId, sellerId }: SupportQuestion,
): Promise<SupportSubject> {
  const { reads } = deps;
  const nothing = { orderId: null, sellerOrderId: null, sellerId: null };
  if (orderId != null) {
    const buyerId = isIdOf('ord', orderId)
      ? await heardOf(deps, orderId, () => reads.support.buyerOf(orderId))
      : null;
    if (buyerId !== userId) throw notFound('Order', ['orderId']);
    return { ...nothing, orderId };
  }
  if (sellerOrderId != null) {
    const part = isIdOf('sor', sellerOrderId)
      ? await heardOf(deps, sellerOrderId, () => reads.sellers.findPart(sellerOrderId))
      : null;
    if (part?.buyerId !== userId) throw notFound('SellerOrder', ['sellerOrderId']);
    return { ...nothing, sellerOrderId, sellerId: part.sellerId };
  }
  const seller =
    sellerId != null && isIdOf('sel', sellerId)
      ? await heardOf(deps, sellerId, () => reads.sellers.find(sellerId))
      : null;
  if (!seller) throw notFound('Seller', ['sellerId']);
  return { ...nothing, sellerId: seller.id };
}

/** The news of what was made a moment ago may be on the way. */
const heardOf = <Known>(
  { clock }: ChatDeps,
  id: string,
  look: () => Promise<Known | null>,
): Promise<Known | null> => lookUntil(look, (known) => known !== null || !isFresh(id, clock()));
