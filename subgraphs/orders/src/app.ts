import { createSignedLinks } from '@souk/runtime/domain';
import { defineSubgraph, type Infrastructure, type SubgraphDeps } from '@souk/runtime/subgraph';
import type { OrdersConfig } from './config.ts';
import { createConsumers } from './consumers/index.ts';
import { forms } from './domain/forms.ts';
import { dueWork } from './maintenance/due-work.ts';
import { keepWorking } from './maintenance/keep-working.ts';
import { messageRoute } from './payments/message-route.ts';
import { setUpPayments } from './payments/set-up-payments.ts';
import { createClient } from './persistence/client.ts';
import { erasure } from './persistence/erasure.ts';
import { createLoaders } from './persistence/loaders.ts';
import { retention } from './persistence/retention.ts';
import { type Stores, storesOn } from './persistence/stores.ts';
import { current } from './resolvers/current-things.ts';
import { lookups } from './resolvers/form-lookups.ts';
import { resolvers } from './resolvers/index.ts';
import { statementRoute } from './statement-route.ts';
import { createFollowedCarts } from './use-cases/cart/followed-carts.ts';
import type { OrdersDeps } from './use-cases/deps.ts';
import { useCases } from './use-cases/index.ts';
import { newOrderNumber } from './use-cases/order-number.ts';

/** Carts, orders, their payment, and what sellers send, owe and are owed for them. */
export const orders = defineSubgraph({
  name: 'orders',
  schema: new URL('../schema.graphql', import.meta.url),
  client: createClient,
  stores: storesOn,
  services: (
    { transaction, reads, news, cursors, sealValue }: Infrastructure<Stores>,
    { clock, newId, config, logger, cursorSecret }: SubgraphDeps<OrdersConfig>,
  ): OrdersDeps => ({
    transaction,
    reads,
    news,
    clock,
    newId,
    newOrderNumber,
    config,
    logger,
    followedCarts: createFollowedCarts({ reads, clock, logger }),
    guestSecrets: cursorSecret.split(','),
    sealValue,
    links: createSignedLinks(cursors, config.documentsUrl),
    ...setUpPayments(config, {
      on: (work) => transaction(({ testPayments }) => work(testPayments)),
      clock,
      logger,
    }),
  }),
  loaders: ({ stores, viewerId }) => createLoaders(stores, viewerId),
  useCases,
  erasure,
  resolvers,
  forms,
  lookups,
  current,
  routes: (services) => [messageRoute(services), statementRoute(services)],
  consumers: createConsumers,
  retention,
  searched: ({ orders: placed, sellerOrders }) => [placed.words, sellerOrders.words],
  worker: (services, _, { logger }) => keepWorking(dueWork(services), logger),
  close: ({ followedCarts }) => followedCarts.close(),
});

export const { create: createOrdersSubgraph, readSchema } = orders;
