import { chatConsumer } from './define-consumer.ts';

/**
 * Requests of somebody who is suspended are refused by what their token says; what the worker says in their
 * name is known to nobody but chat.
 */
export const copySuspension = chatConsumer({
  name: 'copy-suspension',
  consumes: 'users.UserSuspended',
  handle: ({ event: { userId, until }, sequence }, { suspensions }) =>
    suspensions.note({
      userId,
      isOver: false,
      until: until === null ? null : new Date(until),
      sequence,
    }),
});

export const copyEndOfSuspension = chatConsumer({
  name: 'copy-end-of-suspension',
  consumes: 'users.UserUnsuspended',
  handle: ({ event: { userId }, sequence }, { suspensions }) =>
    suspensions.note({ userId, isOver: true, until: null, sequence }),
});
