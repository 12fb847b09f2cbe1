import { handBackAll } from '../use-cases/help-in-support-room.ts';
import { chatConsumer } from './define-consumer.ts';

/**
 * Requests of somebody who is suspended are refused by what their token says; what the worker says in their
 * name is known to nobody but chat. What they helped with, another one takes over.
 */
export const copySuspension = chatConsumer({
  name: 'copy-suspension',
  consumes: 'users.UserSuspended',
  handle: async ({ event: { userId, until }, sequence, occurredAt }, stores) => {
    await stores.suspensions.note({
      userId,
      isOver: false,
      until: until === null ? null : new Date(until),
      sequence,
    });
    await handBackAll(stores, userId, occurredAt);
  },
});

export const copyEndOfSuspension = chatConsumer({
  name: 'copy-end-of-suspension',
  consumes: 'users.UserUnsuspended',
  handle: ({ event: { userId }, sequence }, { suspensions }) =>
    suspensions.note({ userId, isOver: true, until: null, sequence }),
});
