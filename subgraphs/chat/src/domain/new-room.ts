import { badInput, checkAll, isIdOf, notFound } from '@souk/runtime/domain';
import type { RoomKind } from './room.ts';
import { peopleOf } from './room-people.ts';

/** Direct rooms are opened by naming people. */
export type NewRoomKind = Exclude<RoomKind, 'DIRECT' | 'SUPPORT'>;

export interface NewRoomInput {
  kind: NewRoomKind;
  name?: string | null | undefined;
  topic?: string | null | undefined;
  groupId?: string | null | undefined;
  participantIds?: readonly string[] | null | undefined;
}

/** The requested room; throws all mistakes together. Texts are checked as the schema says. */
export function checkedRoom(input: NewRoomInput) {
  const { kind, topic = null, participantIds } = input;
  const checked = checkAll({
    name: () => nameOf(input),
    groupId: () => groupOf(input),
    others: () => peopleOf(participantIds ?? [], ['input', 'participantIds']),
  });
  return { kind, topic, ...checked };
}

function nameOf({ name }: NewRoomInput): string {
  if (name == null) throw badInput('The room needs a name.', ['input', 'name']);
  return name;
}

function groupOf({ kind, groupId, participantIds }: NewRoomInput): string | null {
  if (kind !== 'GROUP') {
    if (groupId == null) return null;
    throw badInput('Only a GROUP room belongs to a group.', ['input', 'groupId']);
  }
  if (groupId == null) throw badInput('Say which group.', ['input', 'groupId']);
  if (participantIds?.length) {
    throw badInput('The people of a GROUP room are the members of its group.', [
      'input',
      'participantIds',
    ]);
  }
  if (!isIdOf('grp', groupId)) throw notFound('Group', ['input', 'groupId']);
  return groupId;
}
