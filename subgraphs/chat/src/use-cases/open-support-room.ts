import {
  assertExactlyOne,
  isFresh,
  isIdOf,
  notFound,
  serviceUnavailable,
  type Viewer,
} from '@souk/runtime/domain';
import { lookUntil } from '@souk/runtime/events';
import { assertMayAsk, type KnownSeller } from '../domain/seller-help.ts';
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
  const { seller, ...subject } = await askedAbout(deps, userId, {
    orderId,
    sellerOrderId,
    sellerId,
  });
  return deps.transaction(async (stores) => {
    const existing = await stores.support.roomOfLocked(subject, userId);
    if (existing) return existing;
    if (subject.sellerId !== null) {
      if (seller === null) throw serviceUnavailable();
      assertMayAsk(seller, userId, path);
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

/**
 * What the room is about, and the seller who is asked. Orders and their parts are their buyers'; for anybody else there
 * is no such thing. The seller of a part is there, so it is waited for when we have not heard of it; null when it has
 * not come.
 */
async function askedAbout(
  deps: ChatDeps,
  userId: string,
  { orderId, sellerOrderId, sellerId }: SupportQuestion,
): Promise<SupportSubject & { seller: KnownSeller | null }> {
  const { reads } = deps;
  const nothing = { orderId: null, sellerOrderId: null, sellerId: null, seller: null };
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
    const look = () => reads.sellers.find(part.sellerId);
    const seller = await lookUntil(look, (known) => known !== null);
    return { ...nothing, sellerOrderId, sellerId: part.sellerId, seller };
  }
  const seller =
    sellerId != null && isIdOf('sel', sellerId)
      ? await heardOf(deps, sellerId, () => reads.sellers.find(sellerId))
      : null;
  if (!seller) throw notFound('Seller', ['sellerId']);
  return { ...nothing, sellerId: seller.id, seller };
}

/** The news of what was made a moment ago may be on the way. */
const heardOf = <Known>(
  { clock }: ChatDeps,
  id: string,
  look: () => Promise<Known | null>,
): Promise<Known | null> => lookUntil(look, (known) => known !== null || !isFresh(id, clock()));
