import { DomainError } from '@souk/runtime/domain';
import type { InviteStatus } from './invite.ts';

/** Every failure that is specific to the groups subgraph; the common ones are in the runtime. */

export const notOpen = () =>
  new DomainError('GROUP_NOT_OPEN', 'FORBIDDEN', 'This group cannot be joined directly.', {
    path: ['groupId'],
  });

export const banned = (until: Date | null) =>
  new DomainError('MEMBER_BANNED', 'FORBIDDEN', 'You are banned from this group.', {
    type: 'BannedError',
    data: { until },
  });

export const lastOwner = () =>
  new DomainError(
    'GROUP_LAST_OWNER',
    'CONFLICT',
    'A group needs at least one owner: make somebody else an owner first.',
    { type: 'LastOwnerError' },
  );

export const notAllowed = (path?: readonly string[]) =>
  new DomainError(
    'GROUP_PERMISSION_MISSING',
    'FORBIDDEN',
    'Your role in this group does not allow that.',
    path ? { path } : {},
  );

export const slugTaken = () =>
  new DomainError('GROUP_SLUG_TAKEN', 'CONFLICT', 'Another group has this slug.', {
    path: ['input', 'slug'],
  });

export const groupArchived = (path?: readonly string[]) =>
  new DomainError(
    'GROUP_ARCHIVED',
    'FORBIDDEN',
    'This group is archived and cannot be changed.',
    path ? { path } : {},
  );

export const groupFull = (seatLimit: number) =>
  new DomainError('GROUP_FULL', 'CONFLICT', `All ${seatLimit} seats of this group are taken.`, {
    type: 'GroupFullError',
    data: { seatLimit },
  });

export const alreadyMember = (path: readonly (string | number)[]) =>
  new DomainError('GROUP_ALREADY_MEMBER', 'CONFLICT', 'They are already a member.', { path });

export const inviteeBanned = (path: readonly (string | number)[]) =>
  new DomainError('GROUP_INVITEE_BANNED', 'FORBIDDEN', 'They are banned from this group.', {
    path,
  });

export const takesNoRequests = () =>
  new DomainError(
    'GROUP_TAKES_NO_REQUESTS',
    'CONFLICT',
    'This group does not accept requests to join.',
    {
      path: ['groupId'],
    },
  );

export const joinRequestClosed = () =>
  new DomainError('JOIN_REQUEST_CLOSED', 'CONFLICT', 'This request is already closed.', {
    path: ['joinRequestId'],
  });

export const alreadyOwner = () =>
  new DomainError(
    'GROUP_ALREADY_OWNED',
    'CONFLICT',
    'You already own this group: name somebody else.',
    {
      path: ['toUserId'],
    },
  );

const INVALID_INVITES: Readonly<Record<Exclude<InviteStatus, 'PENDING'>, string>> = {
  ACCEPTED: 'This invitation is used up.',
  DECLINED: 'This invitation was declined.',
  REVOKED: 'This invitation was revoked.',
  EXPIRED: 'This invitation has expired.',
};

export const inviteInvalid = (status: Exclude<InviteStatus, 'PENDING'>) =>
  new DomainError('GROUP_INVITE_INVALID', 'CONFLICT', INVALID_INVITES[status], {
    type: 'InviteInvalidError',
    data: { status },
  });
