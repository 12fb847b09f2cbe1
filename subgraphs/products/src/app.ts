import { createSignedLinks } from '@souk/runtime/domain';
import { defineSubgraph, type Infrastructure, type SubgraphDeps } from '@souk/runtime/subgraph';
import { DEFAULT_PORT, type ProductsConfig } from './config.ts';
import { createConsumers } from './consumers/index.ts';
import { forms } from './domain/forms.ts';
import { keepImporting } from './maintenance/keep-importing.ts';
import { createClient } from './persistence/client.ts';
import { erasure } from './persistence/erasure.ts';
import { importFilesAt } from './persistence/import-files.ts';
import { createLoaders } from './persistence/loaders.ts';
import { retention } from './persistence/retention.ts';
import { type Stores, storesOn } from './persistence/stores.ts';
import { reportRoute } from './report-route.ts';
import { current } from './resolvers/current-things.ts';
import { lookups } from './resolvers/form-lookups.ts';
import { resolvers } from './resolvers/index.ts';
import type { ProductsDeps } from './use-cases/deps.ts';
import { useCases } from './use-cases/index.ts';

/** The catalogue and its stock. */
export const products = defineSubgraph({
  name: 'products',
  schema: new URL('../schema.graphql', import.meta.url),
  client: createClient,
  stores: storesOn,
  services: (
    { transaction, openValue, reads, cursors }: Infrastructure<Stores>,
    { clock, newId, config, logger }: SubgraphDeps<ProductsConfig>,
  ): ProductsDeps => ({
    transaction,
    openValue,
    reads,
    clock,
    newId,
    config,
    logger,
    links: createSignedLinks(
      cursors,
      config.documentsUrl ?? (() => `http://localhost:${DEFAULT_PORT}`),
    ),
  }),
  loaders: ({ stores, viewerId }) => createLoaders(stores, viewerId),
  useCases,
  erasure,
  resolvers,
  forms,
  lookups,
  current,
  routes: (services) => [reportRoute(services)],
  consumers: createConsumers,
  retention,
  worker: (services, _, { logger, config }) =>
    keepImporting(services, importFilesAt(config.mediaOrigin), logger),
  searched: ({ products, sellers }) => [products.words, sellers.words],
});

export const { create: createProductsSubgraph, readSchema } = products;
