import { notFound, type Viewer } from '@souk/runtime/domain';
import type { TransactionTools } from '@souk/runtime/events';
import { roomCreationForbidden, tooManyRoomsOfGroup } from '../domain/errors.ts';
import { MAX_ROOMS_OF_GROUP, mayCreateRooms } from '../domain/group-rights.ts';
import { checkedRoom, type NewRoomInput } from '../domain/new-room.ts';
import { assertMaySpeakInGroup } from '../domain/room.ts';
import type { Stores } from '../persistence/stores.ts';
import { askStrangers, howTheyStand } from './ask-strangers.ts';
import { countContact } from './count-contact.ts';
import type { ChatDeps } from './deps.ts';
import { openRoom } from './open-room.ts';
import { assertKnownPeople } from './room-access.ts';
import { waitUntilKnown } from './wait-until-known.ts';

export interface CreateRoomInput extends NewRoomInput {
  idempotencyKey?: string | null | undefined;
}

/** Resolves to the room's id, and whether it had been opened before. */
export async function createRoom(
  deps: ChatDeps,
  { userId }: Viewer,
  input: CreateRoomInput,
): Promise<{ id: string; replayed: boolean }> {
  const { kind, name, topic, groupId, others } = checkedRoom(input);
  const { idempotencyKey, participantIds: asked } = input;
  await waitUntilKnown(deps, [userId, ...others]);

  return deps.transaction(async (stores) => {
    const request = { scope: `createRoom:${userId}`, key: idempotencyKey, input };
    const { result, replayed } = await stores.idempotency.once(request, async () => {
      await assertKnownPeople(stores, others, ['input', 'participantIds'], asked ?? []);
      const id = deps.newId('room');
      const path = ['input', 'participantIds'];
      const wanted = await howTheyStand(deps, stores, userId, { others, roomId: id, path });
      const people =
        groupId === null
          ? [...new Set([userId, ...wanted.acquainted])]
          : await membersLettingIn(stores, groupId, userId, deps.clock());
      const at = deps.clock();
      const room = { id, kind, name, topic, groupId, createdBy: userId };
      await openRoom(stores, { ...room, directKey: null, isGeneral: false, createdAt: at }, people);
      await askStrangers(stores, room, wanted, { by: userId, at });
      // A group's members come in as members; everybody else is brought in by the opener.
      await countContact(deps, stores, userId, { openedRooms: 1, brought: others, roomId: id });
      return id;
    });
    return { id: result, replayed };
  });
}

/** The group's members, if the viewer is one who may open rooms. */
async function membersLettingIn(
  { groups, rooms }: Stores & TransactionTools,
  groupId: string,
  viewerId: string,
  now: Date,
): Promise<string[]> {
  await groups.lock(groupId);
  const group = await groups.find(groupId);
  const { role, mute } = await groups.standingOf(groupId, viewerId);
  if (role === null) {
    if (group?.visibility === 'PUBLIC') throw roomCreationForbidden();
    throw notFound('Group', ['input', 'groupId']);
  }
  if (!mayCreateRooms(role) || group?.archived) throw roomCreationForbidden();
  assertMaySpeakInGroup(mute, now);
  // The group is locked: of two people who open its last possible room only one succeeds.
  if (await rooms.areSoManyOfGroup(MAX_ROOMS_OF_GROUP, groupId)) {
    throw tooManyRoomsOfGroup(MAX_ROOMS_OF_GROUP);
  }
  return groups.memberIds(groupId);
}
