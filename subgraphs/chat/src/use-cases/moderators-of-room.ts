import { type KeptRoom, moderates } from '../domain/room.ts';
import type { Stores } from '../persistence/stores.ts';

/** A group may have any number of moderators; its queue shows all of them everything. */
const MAX_RECIPIENTS = 100;

/** The moderators of a room: its opener while still there, or those of its group. */
export async function moderatorsOf(
  { groups, participants }: Pick<Stores, 'groups' | 'participants'>,
  room: KeptRoom,
): Promise<string[]> {
  const { id, groupId, createdBy } = room;
  if (groupId !== null) return groups.moderatorsOf(groupId, MAX_RECIPIENTS);
  if (createdBy === null || !moderates(room, createdBy)) return [];
  return participants.presentAmong(id, [createdBy]);
}
