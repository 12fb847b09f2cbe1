import { isIdOf, notFound } from '@souk/runtime/domain';
import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type { Room } from '../domain/room.ts';

/** The room as the viewer sees it, or null. */
export const findRoom = async (id: string, { loaders }: Context): Promise<Room | null> =>
  isIdOf('room', id) ? loaders.room.load(id) : null;

/**
 * The room of something that the viewer is allowed to see. When only its id is selected, as in most events,
 * nothing is read.
 */
export async function roomOf(
  id: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<Room> {
  if (asksOnlyForId(info)) return { id } as Room;
  const room = await findRoom(id, context);
  if (!room) throw notFound('Room');
  return room;
}

const asksOnlyForId = ({ fieldNodes }: GraphQLResolveInfo): boolean =>
  fieldNodes.every(({ selectionSet }) =>
    selectionSet?.selections.every(
      (selection) =>
        selection.kind === 'Field' && ['id', '__typename'].includes(selection.name.value),
    ),
  );
