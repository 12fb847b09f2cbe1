import type { Context } from '../context.ts';
import type { Message } from '../domain/message.ts';
import type { Room } from '../domain/room.ts';
import { unreadOf } from '../domain/system-message.ts';
import type { RoomViewerStateModel } from './models.ts';

/** The viewer's own state in a room; null for somebody who is not a participant. */
export const stateIn = ({ participation, ...room }: Room): RoomViewerStateModel | null =>
  participation === null ? null : { ...room, participation };

/** The oldest message after the viewer's position that counts as unread; null when there is none. */
export async function firstUnreadIn(
  state: RoomViewerStateModel | null,
  { loaders }: Context,
): Promise<Message | null> {
  if (state === null || unreadOf(state, state.participation) === 0) return null;
  const { id: roomId, lastSequence, participation } = state;
  const { readUpTo: sequence, readSystemCount } = participation;
  const place = { roomId, sequence, saidCount: sequence - readSystemCount, lastSequence };
  const [message] = await loaders.firstSaidBehind(place);
  return message ?? null;
}
