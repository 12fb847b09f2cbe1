import { badInput, notFound } from '@souk/runtime/domain';
import { type GroupBan, isInForce } from './ban.ts';
import { alreadyOwner, banned, groupArchived, lastOwner, notAllowed, notOpen } from './errors.ts';
import { assertHasSeat, type Group, isArchived, isVisible } from './group.ts';
import type { Mute } from './mute.ts';
import {
  type GroupPermission,
  type GroupRole,
  may,
  mayGrant,
  mayManage,
  maySilence,
} from './roles.ts';

export interface Membership {
  id: string;
  groupId: string;
  userId: string;
  role: GroupRole;
  joinedAt: Date;
  /** Also one that has expired (`isMuted`). */
  mute: Mute | null;
}

/** Throws unless a non-member may join by themselves. */
export function assertMayJoin(group: Group, ban: GroupBan | null, now: Date): void {
  if (!isVisible(group, false)) throw notFound('Group', ['groupId']);
  if (isArchived(group)) throw groupArchived(['groupId']);
  if (ban && isInForce(ban, now)) throw banned(ban.until);
  if (group.joinPolicy !== 'OPEN') throw notOpen();
  assertHasSeat(group);
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

/** Refuses non-members, and everybody once the group is archived. */
export function assertActive(
  group: Group,
  member: Membership | null,
  path: readonly string[],
): asserts member is Membership {
  assertMember(group, member, path);
  if (isArchived(group)) throw groupArchived(path);
}

export function assertMay(member: Membership, permission: GroupPermission): void {
  if (!may(member.role, permission)) throw notAllowed();
}

/** `owners`: the group's number of owners, counted under its lock. An archived group needs none. */
export function assertMayLeave(group: Group, member: Membership, owners: number): void {
  if (member.role === 'OWNER' && owners <= 1 && !isArchived(group)) throw lastOwner();
}

/** Only owners can archive a group or transfer it. */
export function assertOwns(member: Membership): void {
  if (member.role !== 'OWNER') throw notAllowed();
}

export function assertMayTransfer(actor: Membership, target: Membership): void {
  assertOwns(actor);
  if (actor.id === target.id) throw alreadyOwner();
}

export function assertMayMute(actor: Membership, target: Membership): void {
  assertMay(actor, 'MODERATE_MESSAGES');
  if (actor.id === target.id) throw badInput('You cannot mute yourself.', ['userId']);
  if (!maySilence(actor.role, target.role)) throw notAllowed(['userId']);
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
    throw badInput('Leave the group instead.', ['userId']);
  }
  if (!mayManage(actor.role, target.role)) throw notAllowed(['userId']);
}

/** `target` is null for a non-member, whom people who manage members can ban. */
export function assertMayBan(actor: Membership, userId: string, target: Membership | null): void {
  assertMay(actor, 'MANAGE_MEMBERS');
  if (actor.userId === userId) throw badInput('Leave the group instead.', ['userId']);
  if (target && !mayManage(actor.role, target.role)) throw notAllowed(['userId']);
}
