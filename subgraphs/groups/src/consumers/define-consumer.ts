import { defineConsumer, type TransactionTools } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';
import type { GroupsDeps } from '../use-cases/deps.ts';

export type ConsumerStores = Stores & TransactionTools;

/** What consumers need besides the stores of their transaction. */
export type ConsumerDeps = Pick<GroupsDeps, 'clock' | 'newId'>;

export const groupsConsumer = defineConsumer<ConsumerStores>();
