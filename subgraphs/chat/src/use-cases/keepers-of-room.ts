import { moderates, type Room } from '../domain/room.ts';
import type { Stores } from '../persistence/stores.ts';

/** A group may have any number of moderators; its queue shows all of them what there is. */
const MAX_KEEPERS_TOLD = 100;

/** Who keeps order in a room: who opened it, or those who do so in its group. */
export async function keepersOf({ groups }: Pick<Stores, 'groups'>, room: Room): Promise<string[]> {
  const { groupId, createdBy } = room;
  if (groupId !== null) return groups.keepersOf(groupId, MAX_KEEPERS_TOLD);
  return createdBy !== null && moderates(room, createdBy) ? [createdBy] : [];
}
