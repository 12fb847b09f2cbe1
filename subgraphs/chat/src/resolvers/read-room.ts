import { isIdOf, notFound } from '@souk/runtime';
import type { Context } from '../context.ts';
import type { Room } from '../domain/room.ts';

/** The room as the viewer sees it, or null. */
export const findRoom = async (id: string, { loaders }: Context): Promise<Room | null> =>
  isIdOf('room', id) ? loaders.room.load(id) : null;

/** For what already stands in a room the viewer may see. */
export async function readRoom(id: string, context: Context): Promise<Room> {
  const room = await findRoom(id, context);
  if (!room) throw notFound('Room');
  return room;
}
