import { notificationsConsumer } from './consumer-deps.ts';

/** Names, kept by sequence: an older state never overwrites a newer one. */
export const copyNewPerson = notificationsConsumer({
  name: 'copy-new-person',
  consumes: 'users.UserRegistered',
  handle: ({ event, sequence }, { people }) => people.apply({ ...event, sequence }),
});

export const copyChangedPerson = notificationsConsumer({
  name: 'copy-changed-person',
  consumes: 'users.ProfileUpdated',
  handle: ({ event, sequence }, { people }) => people.apply({ ...event, sequence }),
});
