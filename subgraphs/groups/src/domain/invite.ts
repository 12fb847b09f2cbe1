import {
  badInput,
  canonicalEmail,
  checkAll,
  checkEach,
  DAY_MS,
  isIdOf,
  notFound,
} from '@souk/runtime/domain';
import { inviteInvalid, notAllowed } from './errors.ts';
import type { Membership } from './membership.ts';
import { type GroupRole, may, mayInviteAs } from './roles.ts';

export type InviteStatus = 'PENDING' | 'ACCEPTED' | 'DECLINED' | 'REVOKED' | 'EXPIRED';

/** A way into a group that a member has opened. */
export interface GroupInvite {
  id: string;
  /** Random: anybody who knows the code of an open invitation can use it. */
  code: string;
  groupId: string;
  inviterId: string;
  /** The invited person, or the one who accepted a mailed invitation. */
  inviteeId: string | null;
  /** In canonical form; empty once it need not be known any more. */
  inviteeEmail: string | null;
  role: GroupRole;
  status: InviteStatus;
  maxUses: number | null;
  uses: number;
  expiresAt: Date | null;
  createdAt: Date;
}

/** Somebody who can be invited: by their account, or by an address that they confirmed. */
export interface Invitee {
  userId: string;
  email: string | null;
}

/** The current status of an invitation, whatever its row says. */
export const statusAt = (
  { status, expiresAt }: Pick<GroupInvite, 'status' | 'expiresAt'>,
  now: Date,
): InviteStatus =>
  status === 'PENDING' && expiresAt !== null && expiresAt <= now ? 'EXPIRED' : status;

/** An invitation for anybody: its code can be used again and again. */
export const isForAnybody = ({
  inviteeId,
  inviteeEmail,
}: Pick<GroupInvite, 'inviteeId' | 'inviteeEmail'>): boolean =>
  inviteeId === null && inviteeEmail === null;

/** An invitation for this person only. */
export const isFor = (
  { inviteeId, inviteeEmail }: Pick<GroupInvite, 'inviteeId' | 'inviteeEmail'>,
  { userId, email }: Invitee,
): boolean =>
  inviteeId === userId || (inviteeId === null && email !== null && inviteeEmail === email);

/** Throws `GROUP_INVITE_INVALID`, with its status, unless it can still be used. */
export function assertUsable(invite: GroupInvite, now: Date): void {
  const status = statusAt(invite, now);
  if (status !== 'PENDING') throw inviteInvalid(status);
}

/**
 * An invitation is limited by its inviter's current rights: somebody who left, or has a lesser role, invites
 * nobody.
 */
export function assertBacked({ role }: GroupInvite, inviter: Membership | null): void {
  if (!inviter || !mayInviteAs(inviter.role, role)) throw inviteInvalid('REVOKED');
}

/** Refuses to invite with a role that the inviter may not give. */
export function assertMayInvite(actor: Membership, role: GroupRole): void {
  if (!may(actor.role, 'INVITE')) throw notAllowed();
  if (!mayInviteAs(actor.role, role)) throw notAllowed(['input', 'role']);
}

/** The inviter can revoke it, and so can everybody who manages the group's members. */
export const mayRevoke = ({ inviterId }: GroupInvite, member: Membership | null): boolean =>
  member !== null && (member.userId === inviterId || may(member.role, 'MANAGE_MEMBERS'));

export const MAX_INVITED_AT_ONCE = 50;
const MAX_USES = 10_000;
const DAYS_BY_DEFAULT = 30;
const MAX_DAYS = 365;

export interface RequestedInvites {
  userIds?: readonly string[] | null | undefined;
  emails?: readonly string[] | null | undefined;
  role?: GroupRole | null | undefined;
  maxUses?: number | null | undefined;
}

/** Who is invited with which role: people, addresses or, with neither, anybody with the code. */
export interface CheckedInvites {
  userIds: readonly string[];
  emails: readonly string[];
  role: GroupRole;
  maxUses: number | null;
}

const at = (field: string, ...more: number[]) => ['input', field, ...more];

export function checkedInvites({
  userIds,
  emails,
  role: asked,
  maxUses = null,
}: RequestedInvites): CheckedInvites {
  const role = asked ?? 'MEMBER';
  const isCode = (userIds ?? []).length === 0 && (emails ?? []).length === 0;
  return checkAll({
    userIds: () => invitedPeople(userIds ?? []),
    emails: () => {
      assertSoMany(emails ?? [], 'emails');
      // The scalar has accepted only addresses.
      return [...new Set((emails ?? []).map((email) => canonicalEmail(email) ?? email))].sort();
    },
    role: () => {
      if (isCode && role !== 'MEMBER') {
        throw badInput('A code can only invite members.', at('role'));
      }
      return role;
    },
    maxUses: () => {
      if (maxUses === null) return null;
      if (!isCode) throw badInput('Only codes can be used more than once.', at('maxUses'));
      if (maxUses < 1 || maxUses > MAX_USES) {
        throw badInput(`A code can be used 1 to ${MAX_USES} times.`, at('maxUses'));
      }
      return maxUses;
    },
  });
}

/** The distinct people, in the order of their ids. */
export function invitedPeople(userIds: readonly string[], field = 'userIds'): string[] {
  assertSoMany(userIds, field);
  checkEach(userIds, (id, index) => {
    if (!isIdOf('usr', id)) throw notFound('User', at(field, index));
  });
  return [...new Set(userIds)].sort();
}

function assertSoMany({ length }: readonly unknown[], field: string): void {
  if (length > MAX_INVITED_AT_ONCE) {
    throw badInput(`At most ${MAX_INVITED_AT_ONCE} at once.`, at(field));
  }
}

/** When an invitation ends: after a month, unless requested otherwise. */
export function endOfInvite(asked: Date | null | undefined, now: Date): Date {
  if (asked == null) return new Date(now.getTime() + DAYS_BY_DEFAULT * DAY_MS);
  if (asked <= now)
    throw badInput('The end of an invitation must be in the future.', at('expiresAt'));
  if (asked.getTime() > now.getTime() + MAX_DAYS * DAY_MS) {
    throw badInput(`An invitation can last at most ${MAX_DAYS} days.`, at('expiresAt'));
  }
  return asked;
}
