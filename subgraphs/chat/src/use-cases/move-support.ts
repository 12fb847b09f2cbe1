import { roomStream, type TransactionTools } from '@souk/runtime/events';
import type { Room } from '../domain/room.ts';
import { type Asked, waitsForSeller } from '../domain/support.ts';
import type { Stores } from '../persistence/stores.ts';
import { announceRoom } from './change-room.ts';

type Tools = Pick<Stores, 'support' | 'sellers'> & TransactionTools;

/** Keeps how it stands with what somebody asks, and tells those in the room, and a seller's people, of what is new. */
export async function moveSupport(
  stores: Tools,
  roomId: string,
  before: Asked,
  after: Asked,
): Promise<void> {
  const changed = [
    ...(after.state === before.state ? [] : ['supportState']),
    ...(after.takenBy === before.takenBy ? [] : ['assignee']),
  ];
  const isOtherTime = after.waitingSince?.getTime() !== before.waitingSince?.getTime();
  if (changed.length === 0 && !isOtherTime) return;
  await stores.support.change(roomId, after);
  await tellSeller(stores, roomId, before, after);
  if (changed.length === 0) return;
  const room: Pick<Room, 'id' | 'kind' | 'name' | 'groupId'> = {
    ...{ id: roomId, kind: 'SUPPORT', name: null, groupId: null },
  };
  await announceRoom(stores, room, changed);
}

/** Who answers for a seller hears that a customer waits and nobody helps, and that this is so no more. */
async function tellSeller(
  { events, sellers }: Tools,
  roomId: string,
  before: Asked,
  after: Asked,
): Promise<void> {
  const waits = waitsForSeller(after);
  const { sellerId, sellerOrderId: partId, customerId } = after;
  if (sellerId === null || waits === waitsForSeller(before)) return;
  const recipientIds = [...((await sellers.find(sellerId))?.helperIds ?? [])];
  await events.append({
    type: 'chat.SupportRequestChanged',
    stream: roomStream(roomId),
    payload: { roomId, sellerId, partId, customerId, waits, recipientIds },
  });
}
