import { chatConsumer } from './define-consumer.ts';

/** Usernames never change, so the first event is as good as any later one, and repeats do nothing. */
export const copyRegisteredUser = chatConsumer({
  name: 'copy-registered-user',
  consumes: 'users.UserRegistered',
  handle: ({ event, occurredAt }, { users }) =>
    users.add({ id: event.userId, username: event.username, registeredAt: occurredAt }),
});
