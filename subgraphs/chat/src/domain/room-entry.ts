import { notFound } from '@souk/runtime/domain';
import {
  notAParticipant,
  roomBanned,
  roomNotLeavable,
  roomNotManageable,
  roomNotOpen,
} from './errors.ts';
import { assertOpen, moderates, type Room, type RoomRequest } from './room.ts';

/** A user who was removed from a room and may not come back by themselves. */
export interface RoomBan {
  id: string;
  roomId: string;
  userId: string;
  bannedBy: string;
  reason: string | null;
  createdAt: Date;
  /** When it ends by itself; null for never. */
  until: Date | null;
  /** The report whose decision made it; null when it was made by hand. */
  reportId: string | null;
}

/** Whether somebody is banned, and until when. */
export type BanState = Pick<RoomBan, 'until'> | null;

/** How somebody stands to a room. */
export type RoomMembership = 'NONE' | 'REQUESTED' | 'JOINED' | 'BANNED';

export function membershipIn(
  { participation, pendingRequest }: Room,
  ban: BanState,
): RoomMembership {
  if (participation) return 'JOINED';
  if (pendingRequest) return 'REQUESTED';
  return ban ? 'BANNED' : 'NONE';
}

/** People join a public room by themselves; into any other room they are brought by others. */
export function assertJoinable(
  room: Room,
  ban: BanState = null,
  path: readonly string[] = ['roomId'],
): void {
  if (room.kind !== 'PUBLIC') throw roomNotOpen();
  assertOpen(room);
  if (ban) throw roomBanned(path, ban.until);
}

export function assertLeavable({ kind, participation }: Room): void {
  if (kind === 'DIRECT') throw roomNotLeavable('A direct room cannot be left.');
  if (kind === 'SUPPORT') throw roomNotLeavable('Mark it as resolved instead.');
  if (kind === 'GROUP') throw roomNotLeavable("Leave the group to leave the group's rooms.");
  if (participation === null) throw notAParticipant();
}

/** Only the person whom a stranger asked can answer, and only once. */
export function assertAsked(room: Room): asserts room is Room & { pendingRequest: RoomRequest } {
  if (room.pendingRequest === null || room.participation !== null)
    throw notFound('RoomRequest', ['roomId']);
}

/** Any participant may bring people into a private room; people join a public one by themselves. */
export function assertMayAdd(room: Room, viewerId: string): void {
  if (room.participation === null) throw notAParticipant();
  assertOpen(room);
  if (room.kind !== 'PRIVATE' && !moderates(room, viewerId)) throw roomNotManageable();
}
