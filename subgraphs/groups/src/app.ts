import { readFileSync } from 'node:fs';
import { createSubgraph, layFoundation, type Subgraph, type SubgraphDeps } from '@souk/runtime';
import type { GroupsConfig } from './config.ts';
import type { Context } from './context.ts';
import { forms } from './domain/forms.ts';
import { createClient } from './persistence/client.ts';
import { createLoaders } from './persistence/loaders.ts';
import { storesOn } from './persistence/stores.ts';
import { lookups } from './resolvers/form-lookups.ts';
import { resolvers } from './resolvers/index.ts';
import { useCasesOf } from './use-cases/index.ts';

/** One folder deep, from `src/` as from `dist/`. */
export const readSchema = () => readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');

/** What the use cases stand on, without GraphQL. */
export function layGroupsFoundation(deps: SubgraphDeps<GroupsConfig>) {
  const { clock, newId, config, databaseUrl, onStatement } = deps;
  const client = createClient(databaseUrl, onStatement);
  const foundation = layFoundation({
    name: 'groups',
    client,
    storesOn,
    consumers: [],
    searched: ({ groups }) => groups,
    deps,
  });
  const { transaction } = foundation;
  return { foundation, useCaseDeps: { transaction, clock, newId, config } };
}

export function createGroupsSubgraph(deps: SubgraphDeps<GroupsConfig>): Promise<Subgraph> {
  const { foundation, useCaseDeps } = layGroupsFoundation(deps);
  const { reads, live, log, cursors } = foundation;
  return createSubgraph<Context>({
    name: 'groups',
    typeDefs: readSchema(),
    resolvers,
    forms,
    lookups,
    createContext: (request) => {
      const freshLoaders = () => createLoaders(reads, request.viewer?.userId ?? null);
      let shownToAll: string | null = null;
      const context: Context = {
        ...request,
        loaders: freshLoaders(),
        reload: () => {
          context.loaders = freshLoaders();
        },
        stores: reads,
        live,
        log,
        cursors,
        useCases: useCasesOf(useCaseDeps, request.viewer),
        get shownToAll() {
          return shownToAll;
        },
        showGroupToAll: (groupId) => {
          if (!request.shared) throw new Error('only what is shared is for all');
          shownToAll = groupId;
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
