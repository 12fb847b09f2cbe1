import { groupsConsumer } from './define-consumer.ts';

/** Names, guarded by sequence: an older state never overwrites a newer one. */
export const copyNewPerson = groupsConsumer({
  name: 'copy-new-person',
  consumes: 'users.UserRegistered',
  handle: ({ event: { userId: id, username, displayName }, sequence }, { users }) =>
    users.apply({ id, username, displayName, sequence }),
});

export const copyChangedPerson = groupsConsumer({
  name: 'copy-changed-person',
  consumes: 'users.ProfileUpdated',
  handle: ({ event: { userId: id, username, displayName }, sequence }, { users }) =>
    users.apply({ id, username, displayName, sequence }),
});
