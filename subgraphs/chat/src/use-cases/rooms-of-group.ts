import type { Stores } from '../persistence/stores.ts';

/** So many rooms are changed in one transaction, which has to end well before its time is over. */
export const ROOMS_AT_ONCE = 100;

/** Changes the next of a group's rooms; resolves to where those after them begin, if there may be more. */
export async function inRoomsOfGroup(
  { rooms }: Pick<Stores, 'rooms'>,
  groupId: string,
  from: string | undefined,
  change: (roomIds: readonly string[]) => Promise<unknown>,
): Promise<string | undefined> {
  const page = { after: from ?? null, limit: ROOMS_AT_ONCE };
  const ids = await rooms.idsOfGroup(groupId, page);
  await change(ids);
  return ids.length < ROOMS_AT_ONCE ? undefined : ids.at(-1);
}
