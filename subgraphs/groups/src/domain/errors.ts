import { DomainError } from '@souk/runtime/domain';

/** Every failure of the groups subgraph that is its own; the common ones are the runtime's. */

export const notOpen = () =>
  new DomainError('GROUP_NOT_OPEN', 'FORBIDDEN', 'One cannot simply join this group.', {
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
    'A group keeps at least one owner: make somebody else an owner first.',
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
