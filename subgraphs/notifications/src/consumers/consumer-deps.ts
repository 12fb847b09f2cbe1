import type { JobQueues } from '@souk/runtime/backplane';
import { defineConsumer } from '@souk/runtime/events';
import type { NotifyDeps, TransactionStores } from '../use-cases/deps.ts';

export interface ConsumerDeps extends NotifyDeps {
  jobs: Pick<JobQueues, 'add'>;
}

export const notificationsConsumer = defineConsumer<TransactionStores>();
