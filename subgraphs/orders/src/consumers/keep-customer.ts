import { defineConsumer } from '@souk/runtime';
import type { ConsumerStores } from './index.ts';

/** Saving the same person again changes nothing, so redelivery is harmless. */
export const keepCustomer = defineConsumer<ConsumerStores>()({
  name: 'keep-customer',
  consumes: 'users.UserRegistered',
  handle: ({ event: { userId, username, displayName, email, locale } }, { customers }) =>
    customers.save({ id: userId, username, displayName, email, locale }),
});
