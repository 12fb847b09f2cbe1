import { isAllowed } from '@souk/runtime/domain';
import {
  assertInside,
  assertJoinable,
  assertLeavable,
  assertMayAdd,
  assertModerates,
  type Room,
} from './room.ts';

export type RoomAction =
  | 'READ'
  | 'JOIN'
  | 'LEAVE'
  | 'POST'
  | 'ADD_PARTICIPANTS'
  | 'REMOVE_PARTICIPANTS'
  | 'BAN';

export type MessageAction = 'REPLY';

/** Whether somebody outside could come in, were it not for a ban: only then it is worth a look. */
export const wouldJoin = (room: Room): boolean =>
  room.participation === null && isAllowed(() => assertJoinable(room));

/**
 * What a viewer may do in a room that they see, by the same rules that the use cases enforce; null is
 * somebody who is not signed in.
 */
export function roomActions(room: Room, viewerId: string | null, isBanned: boolean): RoomAction[] {
  if (viewerId === null) return ['READ'];
  const rules: Record<Exclude<RoomAction, 'READ'>, () => unknown> = {
    JOIN: () => assertJoinable(room, isBanned),
    LEAVE: () => assertLeavable(room),
    POST: () => assertInside(room),
    ADD_PARTICIPANTS: () => assertMayAdd(room, viewerId),
    REMOVE_PARTICIPANTS: () => assertModerates(room, viewerId),
    BAN: () => assertModerates(room, viewerId),
  };
  const names = Object.keys(rules) as (keyof typeof rules)[];
  // A participant joins again without an error, but there is nothing to do.
  const inside = room.participation !== null;
  return [
    'READ',
    ...names.filter((name) => !(inside && name === 'JOIN') && isAllowed(rules[name])),
  ];
}

/** The same for a message of a room: whoever may post there may answer it. */
export const messageActions = (room: Room): MessageAction[] =>
  isAllowed(() => assertInside(room)) ? ['REPLY'] : [];
