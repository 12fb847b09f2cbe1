import type { SignedCursors } from '../domain/signed-cursors.ts';
import type { EventLogReader } from '../events/event-log.ts';
import type { LiveStreams } from '../events/live-streams.ts';
import type { RequestContext } from '../graphql/request-context.ts';
import type { Infrastructure } from './infrastructure.ts';
import { type BoundUseCases, bindUseCases, type UseCaseTable } from './use-cases.ts';

/** What a resolver receives, the same in each subgraph. */
export interface SubgraphContext<Services, Stores, Loaders, Table> extends RequestContext {
  /** Reads outside any transaction, for lists, which no loader batches. */
  readonly stores: Stores;
  /** Fresh for each operation, and after `reload`: one operation sees one state. */
  readonly loaders: Loaders;
  /** Forgets what was loaded: after a mutation, and before each event of a subscription. */
  reload(): void;
  /** The use cases of mutations, on behalf of the viewer. */
  readonly useCases: BoundUseCases<Table>;
  /** What the use cases need, and what lives as long as the process. */
  readonly services: Services;
  readonly live: LiveStreams;
  readonly log: EventLogReader;
  readonly cursors: SignedCursors;
  /** The cursor at which a stream stood when this operation first asked. */
  headOf(stream: string): Promise<string>;
  /** In a shared stream: the id of the object that is shown to everybody who may follow it; else null. */
  readonly shownToAll: string | null;
  /** From now on, reads are for everybody who may follow the stream of this id. */
  showToAll(id: string): void;
}

/** What loaders are made for: they batch the reads of one operation of one viewer. */
export interface LoadersFor<Services, Stores> {
  readonly stores: Stores;
  readonly services: Services;
  readonly viewerId: string | null;
  /** See `SubgraphContext.shownToAll`. */
  readonly shownToAll: string | null;
}

export interface ContextParts<Services, Stores, Loaders, Table> {
  readonly infrastructure: Infrastructure<Stores>;
  readonly services: Services;
  readonly loaders: (of: LoadersFor<Services, Stores>) => Loaders;
  readonly useCases: Table;
}

export function createSubgraphContext<
  Services,
  Stores,
  Loaders,
  Table extends UseCaseTable<Services>,
>(
  {
    infrastructure,
    services,
    loaders: createLoaders,
    useCases,
  }: ContextParts<Services, Stores, Loaders, Table>,
  request: RequestContext,
): SubgraphContext<Services, Stores, Loaders, Table> {
  const { reads: stores, live, log, cursors } = infrastructure;
  const { viewer, shared } = request;
  const viewerId = viewer?.userId ?? null;
  const heads = new Map<string, Promise<string>>();
  let loaders: Loaders | null = null;
  let shownToAll: string | null = null;
  const readHead = async (stream: string) =>
    live.cursorAt(stream, (await log.heads([stream])).get(stream) ?? 0);
  return {
    ...request,
    stores,
    services,
    live,
    log,
    cursors,
    useCases: bindUseCases<Services, Table>(useCases, services, request),
    get loaders() {
      loaders ??= createLoaders({ stores, services, viewerId, shownToAll });
      return loaders;
    },
    reload: () => {
      loaders = null;
    },
    headOf: (stream) => {
      const head = heads.get(stream) ?? readHead(stream);
      heads.set(stream, head);
      return head;
    },
    get shownToAll() {
      return shownToAll;
    },
    showToAll: (id) => {
      if (!shared) throw new Error('only what is shared is for all');
      shownToAll = id;
      loaders = null;
    },
  };
}
