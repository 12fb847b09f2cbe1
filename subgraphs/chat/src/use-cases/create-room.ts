import { badInput, isIdOf, notFound, type TransactionTools, type Viewer } from '@souk/runtime';
import type { Chat } from '../chat.ts';
import { roomCreationForbidden } from '../domain/errors.ts';
import { mayCreateRooms } from '../domain/group-rights.ts';
import { assertRoomName, assertTopic, peopleOf, type RoomKind } from '../domain/room.ts';
import type { ChatStores } from '../persistence/stores.ts';
import { countContact } from './count-contact.ts';
import { openRoom } from './open-room.ts';
import { assertKnownPeople } from './room-access.ts';
import { waitUntilKnown } from './wait-until-known.ts';

export interface CreateRoomInput {
  kind: RoomKind;
  name?: string | null | undefined;
  topic?: string | null | undefined;
  groupId?: string | null | undefined;
  participantIds?: readonly string[] | null | undefined;
  idempotencyKey?: string | null | undefined;
}

/** Resolves to the room's id. */
export async function createRoom(
  chat: Chat,
  { userId }: Viewer,
  input: CreateRoomInput,
): Promise<string> {
  const { kind, name, topic, idempotencyKey } = input;
  assertRoomName(name);
  assertTopic(topic);
  const groupId = groupOf(input);
  const asked = input.participantIds ?? [];
  const others = peopleOf(asked, ['input', 'participantIds']);
  await waitUntilKnown(chat, [userId, ...others]);

  return chat.transaction(async (stores) => {
    const request = { scope: `createRoom:${userId}`, key: idempotencyKey, input };
    const { result } = await stores.idempotency.once(request, async () => {
      await assertKnownPeople(stores, others, ['input', 'participantIds'], asked);
      const people =
        groupId === null
          ? [...new Set([userId, ...others])]
          : await membersLettingIn(stores, groupId, userId);
      const id = chat.newId('room');
      const room = { id, kind, name, topic: topic || null, groupId, createdBy: userId };
      await openRoom(
        stores,
        { ...room, directKey: null, isGeneral: false, createdAt: chat.clock() },
        people,
      );
      // A group's members come in as members; of others each is brought in by who opens the room.
      await countContact(chat, stores, userId, { openedRooms: 1, brought: others });
      return id;
    });
    return result;
  });
}

function groupOf({ kind, groupId, participantIds }: CreateRoomInput): string | null {
  if (kind === 'DIRECT') {
    throw badInput('Direct rooms are opened by `openDirectRoom`.', ['input', 'kind']);
  }
  if (kind !== 'GROUP') {
    if (groupId == null) return null;
    throw badInput('Only a GROUP room belongs to a group.', ['input', 'groupId']);
  }
  if (groupId == null) throw badInput('Say which group.', ['input', 'groupId']);
  if (participantIds?.length) {
    throw badInput('A GROUP room follows its group.', ['input', 'participantIds']);
  }
  if (!isIdOf('grp', groupId)) throw notFound('Group', ['input', 'groupId']);
  return groupId;
}

/** The group's members, provided that the viewer is one who may open rooms. */
async function membersLettingIn(
  { groups }: ChatStores & TransactionTools,
  groupId: string,
  viewerId: string,
): Promise<string[]> {
  await groups.lock(groupId);
  const role = await groups.roleOf(groupId, viewerId);
  if (role === null) {
    const group = await groups.find(groupId);
    if (group?.visibility === 'PUBLIC') throw roomCreationForbidden();
    throw notFound('Group', ['input', 'groupId']);
  }
  if (!mayCreateRooms(role)) throw roomCreationForbidden();
  return groups.memberIds(groupId);
}
