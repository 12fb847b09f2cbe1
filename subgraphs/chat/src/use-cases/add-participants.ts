import type { Viewer } from '@souk/runtime/domain';
import { notAParticipant, roomBanned } from '../domain/errors.ts';
import { moderates, tellingOf } from '../domain/room.ts';
import { assertMayAdd } from '../domain/room-entry.ts';
import { peopleOf } from '../domain/room-people.ts';
import { askStrangers, howTheyStand } from './ask-strangers.ts';
import { bringIn } from './change-participants.ts';
import { countContact } from './count-contact.ts';
import { countUse } from './count-use.ts';
import type { ChatDeps } from './deps.ts';
import { assertKnownPeople, assertStillMay, visibleRoom } from './room-access.ts';
import { waitUntilKnown } from './wait-until-known.ts';

export async function addParticipants(
  deps: ChatDeps,
  { userId }: Viewer,
  { roomId, userIds }: { roomId: string; userIds: readonly string[] },
): Promise<void> {
  const people = peopleOf(userIds, ['userIds']);
  await waitUntilKnown(deps, people);
  await deps.transaction(async (stores) => {
    const room = await visibleRoom(stores, userId, roomId, ['roomId']);
    assertMayAdd(room, userId);
    await assertKnownPeople(stores, people, ['userIds'], userIds);
    // A participant who is being removed at this moment must not bring in others afterwards.
    if (!(await stores.participants.lock(roomId, userId))) throw notAParticipant();
    await stores.bans.lock(roomId, people);
    if (moderates(room, userId)) await stores.bans.lift(roomId, people);
    const [ban] = await stores.bans.among(roomId, people, deps.clock());
    if (ban) throw roomBanned(['userIds', userIds.indexOf(ban.userId)], ban.until);
    const others = people.filter((id) => id !== userId);
    const wanted = await howTheyStand(deps, stores, userId, { others, roomId, path: ['userIds'] });
    const at = deps.clock();
    const telling = tellingOf(room, userId, at);
    const joined = await bringIn(stores, [roomId], wanted.acquainted, at, telling);
    await assertStillMay(stores, userId, { roomId, path: ['roomId'] }, (now) =>
      assertMayAdd(now, userId),
    );
    const asked = await askStrangers(stores, room, wanted, { by: userId, at });
    const brought = [...joined, ...asked];
    if (joined.length > 0) await countUse(deps, stores, userId, { rule: 'changes' });
    await countContact(deps, stores, userId, { openedRooms: 0, brought, roomId });
  });
}
