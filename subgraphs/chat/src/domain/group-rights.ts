export type GroupRole = 'OWNER' | 'ADMIN' | 'MODERATOR' | 'MEMBER';

const MAY_CREATE_ROOMS: ReadonlySet<GroupRole> = new Set(['OWNER', 'ADMIN', 'MODERATOR']);

/** The right CREATE_ROOM, as the groups subgraph gives it to roles. */
export const mayCreateRooms = (role: GroupRole): boolean => MAY_CREATE_ROOMS.has(role);
