import { handBack } from '../use-cases/hand-back-support.ts';
import { chatConsumer } from './define-consumer.ts';

/**
 * Requests of a suspended person are refused because of their token; only chat knows what its worker sends on
 * their behalf. What they helped with is handed back for somebody else.
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
    const helped = { userIds: [userId], sellerId: undefined, at: occurredAt };
    return (await handBack(stores, helped))[0];
  },
});

export const copyEndOfSuspension = chatConsumer({
  name: 'copy-end-of-suspension',
  consumes: 'users.UserUnsuspended',
  handle: ({ event: { userId }, sequence }, { suspensions }) =>
    suspensions.note({ userId, isOver: true, until: null, sequence }),
});
