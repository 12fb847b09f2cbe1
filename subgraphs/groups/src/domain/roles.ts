/** From the most to the least powerful. */
export const ROLES = ['OWNER', 'ADMIN', 'MODERATOR', 'MEMBER'] as const;
export type GroupRole = (typeof ROLES)[number];

/** What a row says of who is a member now: processes of the release before still write it. */
const FORMER_MEMBER = 'GUEST';

/** The role that a row holds; one that is not known here allows the least. */
export const roleHeld = (held: string): GroupRole =>
  ROLES.find((role) => role === held) ?? 'MEMBER';

/** How rows may hold these roles. */
export const heldAs = (roles: readonly GroupRole[]): string[] =>
  roles.includes('MEMBER') ? [...roles, FORMER_MEMBER] : [...roles];

export type GroupPermission =
  | 'POST'
  | 'CREATE_ROOM'
  | 'INVITE'
  | 'MANAGE_MEMBERS'
  | 'MODERATE_MESSAGES'
  | 'MANAGE_GROUP';

/** The whole of what roles allow; nothing else decides it. */
const PERMISSIONS: Record<GroupRole, readonly GroupPermission[]> = {
  OWNER: ['POST', 'CREATE_ROOM', 'INVITE', 'MANAGE_MEMBERS', 'MODERATE_MESSAGES', 'MANAGE_GROUP'],
  ADMIN: ['POST', 'CREATE_ROOM', 'INVITE', 'MANAGE_MEMBERS', 'MODERATE_MESSAGES', 'MANAGE_GROUP'],
  MODERATOR: ['POST', 'CREATE_ROOM', 'INVITE', 'MODERATE_MESSAGES'],
  MEMBER: ['POST'],
};

export const permissionsOf = (role: GroupRole): readonly GroupPermission[] => PERMISSIONS[role];

export const may = (role: GroupRole, permission: GroupPermission): boolean =>
  PERMISSIONS[role].includes(permission);

/** True when the first role stands strictly above the second. */
export const outranks = (role: GroupRole, other: GroupRole): boolean =>
  ROLES.indexOf(role) < ROLES.indexOf(other);

/** The roles that have a right. */
export const rolesThatMay = (permission: GroupPermission): GroupRole[] =>
  ROLES.filter((role) => may(role, permission));

/** Owners manage everybody, other owners too; everyone else only those below. */
export const mayManage = (actor: GroupRole, target: GroupRole): boolean =>
  may(actor, 'MANAGE_MEMBERS') && (actor === 'OWNER' || outranks(actor, target));

/** Members give away only a role below their own, except owners. */
export const mayGrant = mayManage;

/** Whoever may bring people in does it as plain members; with a role, who may give that one away. */
export const mayInviteAs = (inviter: GroupRole, role: GroupRole): boolean =>
  role === 'MEMBER' ? may(inviter, 'INVITE') : mayGrant(inviter, role);

/** Who keeps order silences those below; owners silence other owners, too. */
export const maySilence = (actor: GroupRole, target: GroupRole): boolean =>
  may(actor, 'MODERATE_MESSAGES') && (actor === 'OWNER' || outranks(actor, target));
