import {
  messageNotOwn,
  messagesNotPinnable,
  roomNotEditable,
  roomNotManageable,
} from './errors.ts';
import {
  assertMayReact,
  assertMaySpeakInGroup,
  assertOpen,
  isAmongThemselves,
  type Keeper,
  moderates,
  moderatesTalk,
  type Room,
} from './room.ts';

/** The opener of a room decides who stays in it; in the discussion of a thing, which nobody opened, staff do. */
export const decidesWhoStays = (room: Room, { userId, isStaff }: Keeper): boolean =>
  moderates(room, userId) || (isStaff && room.entityId !== null);

export function assertDecidesWhoStays(room: Room, viewer: Keeper): void {
  if (!decidesWhoStays(room, viewer)) throw roomNotManageable();
}

export function assertKeepsOrder(room: Room, viewer: Keeper): void {
  if (!moderatesTalk(room, viewer)) throw messageNotOwn();
}

/** The opener of a room changes and closes it; in a group, its moderators; in a discussion staff; nobody in a direct room. */
export function assertMayArchive(room: Room, viewer: Keeper): void {
  if (!moderatesTalk(room, viewer)) throw roomNotEditable();
}

/**
 * A closed room cannot be changed, and a person muted in a group may not speak through a room's name either.
 */
export function assertMayEditRoom(room: Room, viewer: Keeper, now: Date): void {
  assertMayArchive(room, viewer);
  assertOpen(room);
  assertMaySpeakInGroup(room.groupMute, now);
}

/** Pins are for all: in direct and private rooms everybody may pin, elsewhere only moderators. */
export function assertMayPin(room: Room, viewer: Keeper, now: Date): void {
  assertMayReact(room, now);
  if (!isAmongThemselves(room) && !moderatesTalk(room, viewer)) throw messagesNotPinnable();
}
