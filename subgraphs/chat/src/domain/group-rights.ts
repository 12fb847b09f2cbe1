const ROLES = ['OWNER', 'ADMIN', 'MODERATOR', 'MEMBER'] as const;
export type GroupRole = (typeof ROLES)[number];

/**
 * The role that a row holds; one that is not known here allows the least, as does GUEST, which
 * processes of the release before still write.
 */
export const roleHeld = (held: string): GroupRole =>
  ROLES.find((role) => role === held) ?? 'MEMBER';

const MAY_CREATE_ROOMS: ReadonlySet<GroupRole> = new Set(['OWNER', 'ADMIN', 'MODERATOR']);

/** The right CREATE_ROOM, as the groups subgraph gives it to roles. */
export const mayCreateRooms = (role: GroupRole): boolean => MAY_CREATE_ROOMS.has(role);

export const MAY_MODERATE_TALK: ReadonlySet<GroupRole> = new Set(['OWNER', 'ADMIN', 'MODERATOR']);

/** Who keeps order in what is said in a group's rooms. */
export const mayModerateTalk = (role: GroupRole): boolean => MAY_MODERATE_TALK.has(role);

/** A member's silence in the rooms of their group. */
export interface GroupMute {
  /** Null: until they may speak again. */
  until: Date | null;
}

/** A mute whose time is over counts no more, whenever the news of it comes. */
export const isMuted = (mute: GroupMute | null, now: Date): mute is GroupMute =>
  mute !== null && (mute.until === null || mute.until > now);

/**
 * A group has so many rooms, closed ones too: who comes into it, or goes, does so in each of them, where it is an event for
 * all who are there.
 */
export const MAX_ROOMS_OF_GROUP = 500;
