const ROLES = ['OWNER', 'ADMIN', 'MODERATOR', 'MEMBER'] as const;
export type GroupRole = (typeof ROLES)[number];

/**
 * The role in a row; an unknown one allows the least, as does GUEST, which processes of the previous release
 * still write.
 */
export const roleHeld = (held: string): GroupRole =>
  ROLES.find((role) => role === held) ?? 'MEMBER';

const MAY_CREATE_ROOMS: ReadonlySet<GroupRole> = new Set(['OWNER', 'ADMIN', 'MODERATOR']);

/** The right CREATE_ROOM, which the groups subgraph gives to these roles. */
export const mayCreateRooms = (role: GroupRole): boolean => MAY_CREATE_ROOMS.has(role);

export const MAY_MODERATE_TALK: ReadonlySet<GroupRole> = new Set(['OWNER', 'ADMIN', 'MODERATOR']);

/** Who moderates the rooms of a group. */
export const mayModerateTalk = (role: GroupRole): boolean => MAY_MODERATE_TALK.has(role);

/** A member who is muted in the rooms of their group. */
export interface GroupMute {
  /** Null: until somebody lifts it. */
  until: Date | null;
}

/** A mute that has expired no longer counts, whenever the news of that comes. */
export const isMuted = (mute: GroupMute | null, now: Date): mute is GroupMute =>
  mute !== null && (mute.until === null || mute.until > now);

/**
 * The maximum number of rooms of a group, including closed ones: a member who joins or leaves does so in each
 * of them, which is an event for everybody there.
 */
export const MAX_ROOMS_OF_GROUP = 500;
