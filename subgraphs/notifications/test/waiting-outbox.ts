import { HOUR_MS } from '@souk/runtime/domain';
import { type StartedSubgraph, startSubgraph } from '@souk/testkit';
import { createNotificationsSubgraph, loadOwnConfig } from '../src/index.ts';
import { createClient } from '../src/persistence/client.ts';
import { type Stores, storesOn } from '../src/persistence/stores.ts';

/** The worker stands still at it, so that mails and messages leave only by what a test sends them with. */
export const WRITTEN_AT = new Date(Date.now() - HOUR_MS);

export interface WaitingOutbox extends AsyncDisposable {
  readonly graph: StartedSubgraph;
  readonly client: ReturnType<typeof createClient>;
  readonly stores: Stores;
}

/** Notifications whose outboxes send nothing by themselves, with stores to send from. */
export async function startWaitingOutbox(): Promise<WaitingOutbox> {
  const graph = await startSubgraph('notifications', createNotificationsSubgraph, {
    config: loadOwnConfig({}),
    clock: () => WRITTEN_AT,
    worker: true,
  });
  const client = createClient(graph.databaseUrl);
  return {
    ...{ graph, client, stores: storesOn(client) },
    [Symbol.asyncDispose]: async () => {
      await client.$disconnect();
      await graph[Symbol.asyncDispose]();
    },
  };
}
