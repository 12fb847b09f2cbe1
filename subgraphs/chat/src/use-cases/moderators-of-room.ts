import { type KeptRoom, moderates } from '../domain/room.ts';
import type { Stores } from '../persistence/stores.ts';

/** A group may have any number of moderators; its queue shows all of them what there is. */
const MAX_RECIPIENTS = 100;

/** Who keeps order in a room: who opened it and is still there, or those who do so in its group. */
export async function moderatorsOf(
  { groups, participants }: Pick<Stores, 'groups' | 'participants'>,
  room: KeptRoom,
): Promise<string[]> {
  const { id, groupId, createdBy } = room;
  if (groupId !== null) return groups.moderatorsOf(groupId, MAX_RECIPIENTS);
  if (createdBy === null || !moderates(room, createdBy)) return [];
  return participants.presentAmong(id, [createdBy]);
}
