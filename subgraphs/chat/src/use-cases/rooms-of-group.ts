import type { Stores } from '../persistence/stores.ts';

/** Rooms changed in one transaction, which must end well within its time limit. */
export const ROOMS_AT_ONCE = 100;

/** Changes the next rooms of a group; resolves to where the rest begins, if there may be more. */
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
