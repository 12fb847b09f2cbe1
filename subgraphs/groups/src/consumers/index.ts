import type { Consumer } from '@souk/runtime/events';
import { closeArchivedGroup } from './close-archived-group.ts';
import type { ConsumerDeps, ConsumerStores } from './define-consumer.ts';
import { tellDeciders } from './tell-deciders.ts';

/** What groups do about events, of others and of their own. */
export const createConsumers = (deps: ConsumerDeps): Consumer<ConsumerStores>[] => [
  tellDeciders,
  closeArchivedGroup(deps),
];
