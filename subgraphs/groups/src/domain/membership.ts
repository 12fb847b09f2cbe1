import { badInput, notFound } from '@souk/runtime/domain';
import { banned, lastOwner, notAllowed, notOpen } from './errors.ts';
import { type Group, isVisible } from './group.ts';
import { type GroupPermission, type GroupRole, may, mayGrant, mayManage } from './roles.ts';

export interface Membership {
  id: string;
  groupId: string;
  userId: string;
  role: GroupRole;
  joinedAt: Date;
}

/** What the table says of a person and a group: member, banned, or neither (null). */
export interface Standing extends Membership {
  bannedAt: Date | null;
  bannedUntil: Date | null;
}

/** The standing as a membership; a banned person is no member. */
export const memberOf = (standing: Standing | null): Standing | null =>
  standing && standing.bannedAt === null ? standing : null;

export const isBanned = (standing: Standing | null, now: Date): standing is Standing =>
  standing !== null &&
  standing.bannedAt !== null &&
  (standing.bannedUntil === null || standing.bannedUntil > now);

/** Whether somebody who is not a member yet may come in by themselves. */
export function assertMayJoin(group: Group, standing: Standing | null, now: Date): void {
  if (!isVisible(group, false)) throw notFound('Group', ['groupId']);
  if (isBanned(standing, now)) throw banned(standing.bannedUntil);
  if (group.joinPolicy !== 'OPEN') throw notOpen();
}

/** The viewer's membership, for a change of the group: outsiders learn only what they may see. */
export function assertMember(
  group: Group,
  standing: Standing | null,
  path: readonly string[],
): asserts standing is Standing {
  if (memberOf(standing)) return;
  throw isVisible(group, false) ? notAllowed() : notFound('Group', path);
}

export function assertMay(member: Membership, permission: GroupPermission): void {
  if (!may(member.role, permission)) throw notAllowed();
}

/** `owners`: how many the group has now, counted under the group's lock. */
export function assertMayLeave(member: Membership, owners: number): void {
  if (member.role === 'OWNER' && owners <= 1) throw lastOwner();
}

export function assertMaySetRole(
  actor: Membership,
  target: Membership,
  role: GroupRole,
  owners: number,
): void {
  if (!mayManage(actor.role, target.role)) throw notAllowed(['userId']);
  if (!mayGrant(actor.role, role)) throw notAllowed(['role']);
  if (target.role === 'OWNER' && role !== 'OWNER' && owners <= 1) throw lastOwner();
}

export function assertMayRemove(actor: Membership, target: Membership): void {
  if (actor.userId === target.userId) {
    throw badInput('To go yourself, leave the group.', ['userId']);
  }
  if (!mayManage(actor.role, target.role)) throw notAllowed(['userId']);
}
