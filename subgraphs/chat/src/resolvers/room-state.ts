import type { Room } from '../domain/room.ts';
import type { RoomViewerStateModel } from './models.ts';

/** The viewer's own place in a room; null for somebody who is not a participant. */
export const stateIn = ({ participation, ...room }: Room): RoomViewerStateModel | null =>
  participation === null ? null : { ...room, participation };
