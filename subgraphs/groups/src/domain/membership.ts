import { badInput, notFound } from '@souk/runtime/domain';
import { type GroupBan, isInForce } from './ban.ts';
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

/** Throws unless somebody who is not a member yet may come in by themselves. */
export function assertMayJoin(group: Group, ban: GroupBan | null, now: Date): void {
  if (!isVisible(group, false)) throw notFound('Group', ['groupId']);
  if (ban && isInForce(ban, now)) throw banned(ban.until);
  if (group.joinPolicy !== 'OPEN') throw notOpen();
}

/** The viewer's membership, for a change of the group: outsiders learn only what they may see. */
export function assertMember(
  group: Group,
  member: Membership | null,
  path: readonly string[],
): asserts member is Membership {
  if (member) return;
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

/** `target` is null for somebody who is no member: whoever manages members may keep them out. */
export function assertMayBan(actor: Membership, userId: string, target: Membership | null): void {
  assertMay(actor, 'MANAGE_MEMBERS');
  if (actor.userId === userId) throw badInput('To go yourself, leave the group.', ['userId']);
  if (target && !mayManage(actor.role, target.role)) throw notAllowed(['userId']);
}
