import { readFileSync } from 'node:fs';
import { createSubgraph, layFoundation, type Subgraph, type SubgraphDeps } from '@souk/runtime';
import type { OrdersConfig } from './config.ts';
import { createConsumers } from './consumers/index.ts';
import type { Context } from './context.ts';
import { forms } from './domain/forms.ts';
import { keepExpiringOrders } from './maintenance/keep-expiring-orders.ts';
import { createClient } from './persistence/client.ts';
import { createLoaders } from './persistence/loaders.ts';
import { storesOn } from './persistence/stores.ts';
import { lookups } from './resolvers/form-lookups.ts';
import { resolvers } from './resolvers/index.ts';
import { expireOrders } from './use-cases/expire-orders.ts';
import { useCasesOf } from './use-cases/index.ts';
import { newOrderNumber } from './use-cases/order-number.ts';
import { buyerStream } from './use-cases/order-streams.ts';

/** One folder deep, from `src/` as from `dist/`. */
export const readSchema = () => readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');

/** What the use cases stand on, without GraphQL. */
export function layOrdersFoundation(deps: SubgraphDeps<OrdersConfig>) {
  const { clock, newId, config, databaseUrl, onStatement } = deps;
  const foundation = layFoundation({
    name: 'orders',
    client: createClient(databaseUrl, onStatement),
    storesOn,
    consumers: createConsumers({ clock, config }),
    deps,
  });
  const { transaction, reads, news } = foundation;
  const useCaseDeps = { transaction, reads, news, clock, newId, newOrderNumber, config };
  return { foundation, useCaseDeps };
}

export function createOrdersSubgraph(deps: SubgraphDeps<OrdersConfig>): Promise<Subgraph> {
  const { logger } = deps;
  const { foundation, useCaseDeps } = layOrdersFoundation(deps);
  const { reads, live, log, cursors } = foundation;
  return createSubgraph<Context>({
    name: 'orders',
    typeDefs: readSchema(),
    resolvers,
    forms,
    lookups,
    createContext: (request) => {
      const heads = new Map<string, Promise<string>>();
      const headOf = async (stream: string) =>
        live.cursorAt(stream, (await log.heads([stream])).get(stream) ?? 0);
      const context: Context = {
        ...request,
        loaders: createLoaders(reads),
        reload: () => {
          context.loaders = createLoaders(reads);
        },
        stores: reads,
        live,
        log,
        cursors,
        useCases: useCasesOf(useCaseDeps, request.viewer),
        ordersHead: (userId) => {
          const stream = buyerStream(userId);
          const head = heads.get(stream) ?? headOf(stream);
          heads.set(stream, head);
          return head;
        },
      };
      return context;
    },
    startWorker: () =>
      foundation.startWorker(() =>
        keepExpiringOrders((limit) => expireOrders(useCaseDeps, limit), logger),
      ),
    ready: foundation.ready,
    close: foundation.close,
    logger,
  });
}
