import type { Clock } from '@souk/runtime/domain';
import { defineConsumer, type TransactionTools } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';
import { namePersonalSellers } from '../use-cases/name-personal-sellers.ts';

const define = defineConsumer<Stores & TransactionTools>();

/** Names, guarded by sequence: an older state never overwrites a newer one. */
export const peopleConsumers = ({ clock }: { clock: Clock }) => [
  define({
    name: 'copy-new-person',
    consumes: 'users.UserRegistered',
    handle: ({ event, sequence }, stores) =>
      namePersonalSellers(stores, { ...event, sequence }, clock()),
  }),
  define({
    name: 'copy-changed-person',
    consumes: 'users.ProfileUpdated',
    handle: ({ event, sequence }, stores) =>
      namePersonalSellers(stores, { ...event, sequence }, clock()),
  }),
];
