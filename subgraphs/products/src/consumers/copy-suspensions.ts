import { defineConsumer, type TransactionTools } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';

const define = defineConsumer<Stores & TransactionTools>();

/**
 * Requests of a suspended person are refused because of their token; only products knows what its worker
 * lists on their behalf.
 */
export const suspensionConsumers = [
  define({
    name: 'copy-suspension',
    consumes: 'users.UserSuspended',
    handle: ({ event: { userId, until }, sequence }, { suspensions }) =>
      suspensions.note({
        userId,
        isOver: false,
        sequence,
        until: until === null ? null : new Date(until),
      }),
  }),
  define({
    name: 'copy-end-of-suspension',
    consumes: 'users.UserUnsuspended',
    handle: ({ event: { userId }, sequence }, { suspensions }) =>
      suspensions.note({ userId, isOver: true, until: null, sequence }),
  }),
];
