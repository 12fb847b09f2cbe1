import { defineConsumer, type JobQueues } from '@souk/runtime';
import type { NotifyDeps, TransactionStores } from '../use-cases/deps.ts';

export interface ConsumerDeps extends NotifyDeps {
  jobs: Pick<JobQueues, 'add'>;
}

export const notificationsConsumer = defineConsumer<TransactionStores>();
