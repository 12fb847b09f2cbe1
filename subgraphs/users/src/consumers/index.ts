import {
  type Consumer,
  defineConsumer,
  SUBGRAPHS,
  type TransactionTools,
} from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';

/** What each subgraph knows of a person is stored, encrypted, until all of them have answered. */
export const createConsumers = (): readonly Consumer<Stores & TransactionTools>[] =>
  SUBGRAPHS.map((subgraph) =>
    defineConsumer<Stores & TransactionTools>()({
      name: `keep-account-data-of-${subgraph}`,
      consumes: `${subgraph}.AccountDataGathered`,
      handle: async ({ event: { exportId, ...part } }, { exports }) => {
        await exports.keep(exportId, { subgraph, ...part });
      },
    }),
  );
