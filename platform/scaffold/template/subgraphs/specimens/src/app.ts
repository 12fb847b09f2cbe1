import { defineSubgraph, type Infrastructure, type SubgraphDeps } from '@souk/runtime/subgraph';
import { createClient } from './persistence/client.ts';
import { createLoaders } from './persistence/loaders.ts';
import { type Stores, storesOn } from './persistence/stores.ts';
import { resolvers } from './resolvers/index.ts';
import type { SpecimensDeps } from './use-cases/deps.ts';
import { useCases } from './use-cases/index.ts';

/** What people wrote, as everybody reads it. */
export const specimens = defineSubgraph({
  name: 'specimens',
  schema: new URL('../schema.graphql', import.meta.url),
  client: createClient,
  stores: storesOn,
  services: (
    { transaction }: Infrastructure<Stores>,
    { clock, newId }: SubgraphDeps,
  ): SpecimensDeps => ({ transaction, clock, newId }),
  loaders: ({ stores }) => createLoaders(stores),
  useCases,
  resolvers,
});

export const { create: createSpecimensSubgraph, readSchema } = specimens;
