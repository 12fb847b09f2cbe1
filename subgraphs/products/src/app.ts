import { readFileSync } from 'node:fs';
import { createSubgraph, layFoundation, type Subgraph, type SubgraphDeps } from '@souk/runtime';
import type { ProductsConfig } from './config.ts';
import { createConsumers } from './consumers/index.ts';
import type { Context } from './context.ts';
import { forms } from './domain/forms.ts';
import { createClient } from './persistence/client.ts';
import { createLoaders } from './persistence/loaders.ts';
import { storesOn } from './persistence/stores.ts';
import { lookups } from './resolvers/form-lookups.ts';
import { resolvers } from './resolvers/index.ts';
import { useCasesOf } from './use-cases/index.ts';
import { CATALOG_STREAM } from './use-cases/product-events.ts';

/** One folder deep, from `src/` as from `dist/`. */
export const readSchema = () => readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');

/** What the use cases stand on, without GraphQL. */
export function layProductsFoundation(deps: SubgraphDeps<ProductsConfig>) {
  const { clock, newId, config, databaseUrl, onStatement } = deps;
  const foundation = layFoundation({
    name: 'products',
    client: createClient(databaseUrl, onStatement),
    storesOn,
    consumers: createConsumers({ clock, newId }),
    searched: ({ products }) => products,
    deps,
  });
  const { transaction } = foundation;
  return { foundation, useCaseDeps: { transaction, clock, newId, config } };
}

export function createProductsSubgraph(deps: SubgraphDeps<ProductsConfig>): Promise<Subgraph> {
  const { foundation, useCaseDeps } = layProductsFoundation(deps);
  const { reads, live, log, cursors } = foundation;
  return createSubgraph<Context>({
    name: 'products',
    typeDefs: readSchema(),
    resolvers,
    forms,
    lookups,
    createContext: (request) => {
      let head: Promise<string> | undefined;
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
        catalogHead: () => {
          head ??= log
            .heads([CATALOG_STREAM])
            .then((heads) => live.cursorAt(CATALOG_STREAM, heads.get(CATALOG_STREAM) ?? 0));
          return head;
        },
      };
      return context;
    },
    startWorker: foundation.startWorker,
    ready: foundation.ready,
    close: foundation.close,
    logger: deps.logger,
  });
}
