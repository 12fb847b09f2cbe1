import type { Viewer } from '@souk/runtime/domain';
import type { TransactionTools } from '@souk/runtime/events';
import { directKeyOf, directPeople } from '../domain/room-people.ts';
import type { Stores } from '../persistence/stores.ts';
import { askStrangers, howTheyStand } from './ask-strangers.ts';
import { bringIn } from './change-participants.ts';
import { countContact } from './count-contact.ts';
import type { ChatDeps } from './deps.ts';
import { openRoom } from './open-room.ts';
import { assertKnownPeople } from './room-access.ts';
import { assertNoneBlocked } from './set-blocked.ts';
import { waitUntilKnown } from './wait-until-known.ts';

/**
 * Resolves to the id of the one room of these people. A second transaction waits at the unique key until the
 * first has committed, and then finds that room.
 */
export async function openDirectRoom(
  deps: ChatDeps,
  { userId }: Viewer,
  userIds: readonly string[],
): Promise<string> {
  const people = directPeople(userId, userIds);
  const directKey = directKeyOf(people);
  await waitUntilKnown(deps, people);
  return deps.transaction(async (stores) => {
    const others = people.filter((id) => id !== userId);
    await assertNoneBlocked(stores, userId, others, ['userIds']);
    const existing = await stores.rooms.idOfDirect(directKey);
    if (existing) {
      await comeBack(stores, existing, userId, deps.clock());
      return existing;
    }
    await assertKnownPeople(stores, others, ['userIds'], userIds);
    const id = deps.newId('room');
    const wanted = await howTheyStand(deps, stores, userId, {
      others,
      roomId: id,
      path: ['userIds'],
    });
    const at = deps.clock();
    const room = { id, kind: 'DIRECT' as const, name: null, topic: null, groupId: null };
    const opened = await openRoom(
      stores,
      { ...room, isGeneral: false, directKey, createdBy: userId, createdAt: at },
      [userId, ...wanted.acquainted].sort(),
    );
    if (!opened) return (await stores.rooms.idOfDirect(directKey)) as string;
    await askStrangers(stores, room, wanted, { by: userId, at });
    await countContact(deps, stores, userId, { openedRooms: 1, brought: others, roomId: id });
    return id;
  });
}

/** Opening a room into which a stranger asked one means accepting, even after declining before. */
async function comeBack(
  stores: Stores & TransactionTools,
  roomId: string,
  userId: string,
  at: Date,
): Promise<void> {
  if ((await stores.participants.presentAmong(roomId, [userId])).length > 0) return;
  await stores.bans.lock(roomId, [userId]);
  await bringIn(stores, [roomId], [userId], at);
}
