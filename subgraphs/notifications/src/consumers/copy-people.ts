import { notificationsConsumer } from './consumer-deps.ts';

/** Names, guarded by sequence: an older state never overwrites a newer one. */
export const copyNewPerson = notificationsConsumer({
  name: 'copy-new-person',
  consumes: 'users.UserRegistered',
  handle: ({ event, sequence }, { people }) => people.apply({ ...event, sequence }),
});

/** The address that a person has confirmed, also guarded by sequence. */
export const copyConfirmedAddress = notificationsConsumer({
  name: 'copy-confirmed-address',
  consumes: 'users.EmailVerified',
  handle: ({ event: { userId, email }, sequence }, { people }) =>
    people.applyAddress({ userId, address: email, sequence }),
});

export const copyChangedPerson = notificationsConsumer({
  name: 'copy-changed-person',
  consumes: 'users.ProfileUpdated',
  handle: ({ event, sequence }, { people }) => people.apply({ ...event, sequence }),
});

/** Whom somebody has blocked, also guarded by sequence. */
export const copyBlock = notificationsConsumer({
  name: 'copy-block',
  consumes: 'chat.BlockChanged',
  handle: ({ event: { on: blocked, ...who }, sequence }, { blocks }) =>
    blocks.keep({ ...who, blocked, sequence }),
});
