/** From the most to the least powerful. */
export const ROLES = ['OWNER', 'ADMIN', 'MODERATOR', 'MEMBER'] as const;
export type GroupRole = (typeof ROLES)[number];

/** How rows describe plain members: processes of the previous release still write it. */
const FORMER_MEMBER = 'GUEST';

/** The role in a row; an unknown one allows the least. */
export const roleHeld = (held: string): GroupRole =>
  ROLES.find((role) => role === held) ?? 'MEMBER';

/** The values with which rows may hold these roles. */
export const heldAs = (roles: readonly GroupRole[]): string[] =>
  roles.includes('MEMBER') ? [...roles, FORMER_MEMBER] : [...roles];

export type GroupPermission =
  | 'POST'
  | 'CREATE_ROOM'
  | 'INVITE'
  | 'MANAGE_MEMBERS'
  | 'MODERATE_MESSAGES'
  | 'MANAGE_GROUP';

/** Everything that roles allow; nothing else decides it. */
const PERMISSIONS: Record<GroupRole, readonly GroupPermission[]> = {
  OWNER: ['POST', 'CREATE_ROOM', 'INVITE', 'MANAGE_MEMBERS', 'MODERATE_MESSAGES', 'MANAGE_GROUP'],
  ADMIN: ['POST', 'CREATE_ROOM', 'INVITE', 'MANAGE_MEMBERS', 'MODERATE_MESSAGES', 'MANAGE_GROUP'],
  MODERATOR: ['POST', 'CREATE_ROOM', 'INVITE', 'MODERATE_MESSAGES'],
  MEMBER: ['POST'],
};

export const permissionsOf = (role: GroupRole): readonly GroupPermission[] => PERMISSIONS[role];

export const may = (role: GroupRole, permission: GroupPermission): boolean =>
  PERMISSIONS[role].includes(permission);

/** True when the first role is strictly above the second. */
export const outranks = (role: GroupRole, other: GroupRole): boolean =>
  ROLES.indexOf(role) < ROLES.indexOf(other);

/** The roles that have a right. */
export const rolesThatMay = (permission: GroupPermission): GroupRole[] =>
  ROLES.filter((role) => may(role, permission));

/** Owners manage everybody, including other owners; everybody else only those below. */
export const mayManage = (actor: GroupRole, target: GroupRole): boolean =>
  may(actor, 'MANAGE_MEMBERS') && (actor === 'OWNER' || outranks(actor, target));

/** Members can give only roles below their own, except owners. */
export const mayGrant = mayManage;

/**
 * People who may bring others in add them as plain members; adding with a role requires the right to give it.
 */
export const mayInviteAs = (inviter: GroupRole, role: GroupRole): boolean =>
  role === 'MEMBER' ? may(inviter, 'INVITE') : mayGrant(inviter, role);

/** Moderators mute those below them; owners can also mute other owners. */
export const maySilence = (actor: GroupRole, target: GroupRole): boolean =>
  may(actor, 'MODERATE_MESSAGES') && (actor === 'OWNER' || outranks(actor, target));
