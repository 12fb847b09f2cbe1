import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JobWorker } from '../backplane/backplane.ts';
import type { CurrentThings, FormChecks, FormLookups } from '../domain/errors/several-errors.ts';
import { EVENTS } from '../events/catalog/index.ts';
import type { Consumer } from '../events/consumers.ts';
import type { SubgraphName } from '../events/define-event.ts';
import { forgetErasedPerson } from '../events/forget-erased-person.ts';
import { gatherAccountData } from '../events/gather-account-data.ts';
import type { TransactionTools } from '../events/transaction.ts';
import { withSharedTypes } from '../graphql/with-shared-types.ts';
import type { Erasure } from '../persistence/erase-person.ts';
import type { PruneRule } from '../persistence/prune-rows.ts';
import type { SqlExecutor } from '../persistence/sql-executor.ts';
import type { KeptWords } from '../search/search-index.ts';
import {
  createInfrastructure,
  type DatabaseClient,
  type Infrastructure,
  type SubgraphDeps,
} from './infrastructure.ts';
import { createSubgraph, type HttpRoute, type Subgraph } from './subgraph.ts';
import {
  createSubgraphContext,
  type LoadersFor,
  type SubgraphContext,
} from './subgraph-context.ts';
import type { UseCaseTable } from './use-cases.ts';

/** The parts of one domain's subgraph; everything else is the same in all of them. */
export interface SubgraphParts<
  Deps extends SubgraphDeps,
  Tx extends SqlExecutor,
  Stores extends object,
  Services,
  Loaders,
  Table extends UseCaseTable<Services>,
> {
  name: SubgraphName;
  /** The path of its `schema.graphql`, from `src/` as well as from the bundle in `dist/`. */
  schema: URL;
  client: (databaseUrl: string, onStatement?: (sql: string) => void) => DatabaseClient<Tx>;
  /** The stores on a transaction, or on the client itself for plain reads. */
  stores: (db: Tx) => Stores;
  /** What the use cases need, and what lives as long as the process. */
  services: (infrastructure: Infrastructure<Stores>, deps: Deps) => Services | Promise<Services>;
  loaders: (of: LoadersFor<Services, Stores>) => Loaders;
  useCases: Table;
  resolvers: object;
  /** The domain's checks of a mutation's input, so that all its mistakes are reported at once. */
  forms?: FormChecks;
  /** Looked up for a form that has mistakes, so that unknown ids are reported with them. */
  lookups?: FormLookups;
  /** The current state of an object, for the payload of a change that conflicted with it. */
  current?: CurrentThings;
  /** Reactions to events, of other subgraphs and of its own. */
  consumers?: (deps: Deps) => readonly Consumer<Stores & TransactionTools>[];
  /** What it knows of people, and what happens to that when one is erased. */
  erasure?: Erasure;
  /** The subgraph's own rows that only grow, and how long each is kept. */
  retention?: readonly PruneRule[];
  /** The words that people search by: workers keep them current. */
  searched?: (stores: Stores) => readonly KeptWords[];
  /** What works in the background besides relay, consumers and housekeeping. */
  worker?: (services: Services, infrastructure: Infrastructure<Stores>, deps: Deps) => JobWorker;
  /** What it answers outside the graph, to anybody, such as files. */
  routes?: (services: Services) => readonly HttpRoute[];
  /** Ends what `services` began. */
  close?: (services: Services) => void;
}

export interface DefinedSubgraph<Deps extends SubgraphDeps, Stores, Services> {
  readonly name: SubgraphName;
  /** Its whole schema, with the shared types that it uses. */
  readSchema(): string;
  /** Creates the running subgraph from what its starter provides. */
  create(deps: Deps): Promise<Subgraph>;
  /** Use cases' services without GraphQL, for seeds and tests; `infrastructure.close()` ends them. */
  open(deps: Deps): Promise<{ services: Services; infrastructure: Infrastructure<Stores> }>;
}

/** Defines a subgraph: its own parts in one list, so that all subgraphs are built alike. */
export function defineSubgraph<
  Deps extends SubgraphDeps,
  Tx extends SqlExecutor,
  Stores extends object,
  Services,
  Loaders,
  Table extends UseCaseTable<Services>,
>(
  parts: SubgraphParts<Deps, Tx, Stores, Services, Loaders, Table>,
): DefinedSubgraph<Deps, Stores, Services> {
  const { name, retention, searched, loaders, useCases, worker } = parts;
  const readSchema = () =>
    withSharedTypes(readFileSync(parts.schema, 'utf8'), relative('', fileURLToPath(parts.schema)));

  const open = async (deps: Deps) => {
    const infrastructure = createInfrastructure<Tx, Stores>({
      name,
      client: parts.client(deps.databaseUrl, deps.onStatement),
      storesOn: parts.stores,
      consumers: [
        ...(parts.consumers?.(deps) ?? []),
        // Users erases accounts itself, and announces it to the others.
        ...(parts.erasure && EVENTS['users.UserErased'].consumedBy.includes(name)
          ? [forgetErasedPerson<Stores & TransactionTools>(parts.erasure)]
          : []),
        gatherAccountData<Stores & TransactionTools>(name, parts.erasure),
      ],
      ...(retention && { retention }),
      ...(searched && { searched }),
      deps,
    });
    const services = await parts.services(infrastructure, deps);
    const close = async () => {
      parts.close?.(services);
      await infrastructure.close();
    };
    return { services, infrastructure: { ...infrastructure, close } };
  };

  return {
    name,
    readSchema,
    open,
    create: async (deps) => {
      const { infrastructure, services } = await open(deps);
      return createSubgraph<SubgraphContext<Services, Stores, Loaders, Table>>({
        name,
        typeDefs: readSchema(),
        resolvers: parts.resolvers as Record<string, unknown>,
        ...(parts.forms && { forms: parts.forms }),
        ...(parts.lookups && { lookups: parts.lookups }),
        ...(parts.current && { current: parts.current }),
        ...(parts.routes && { routes: parts.routes(services) }),
        createContext: (request) =>
          createSubgraphContext({ infrastructure, services, loaders, useCases }, request),
        startWorker: () =>
          infrastructure.startWorker(worker && (() => worker(services, infrastructure, deps))),
        ready: infrastructure.ready,
        close: infrastructure.close,
        logger: deps.logger,
      });
    },
  };
}
