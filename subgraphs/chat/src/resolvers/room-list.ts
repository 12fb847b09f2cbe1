import { connectionOf, type Page, pageOf } from '@souk/runtime/graphql';
import type { Context } from '../context.ts';
import type { ListedRoom, RoomPosition } from '../persistence/room-lists.ts';
import type { RoomConnectionModel } from './models.ts';

export interface RoomListRequest {
  /** Identifies the list: its cursors fit no other list. */
  purpose: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
  read: (page: Page<RoomPosition>) => Promise<ListedRoom[]>;
  count: () => Promise<number>;
}

/** A connection of rooms; each is cached as listed, so its fields belong to one snapshot. */
export async function roomList(
  { purpose, first, after, read, count }: RoomListRequest,
  { cursors, loaders }: Context,
): Promise<RoomConnectionModel> {
  const page = pageOf<RoomPosition>({ first, after }, { cursors, purpose });
  const rooms = await read(page);
  for (const room of rooms) loaders.room.prime(room.id, room);
  const positionOf = ({ position }: ListedRoom) => position;
  return { ...connectionOf(rooms, page, { cursors, purpose, positionOf }), count };
}
