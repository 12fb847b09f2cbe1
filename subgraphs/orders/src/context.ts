import type {
  EventLogReader,
  LiveStreams,
  RequestContext,
  SealedCursors,
  Viewer,
} from '@souk/runtime';
import type { Loaders } from './persistence/loaders.ts';
import type { Stores } from './persistence/stores.ts';
import type { UseCases } from './use-cases/index.ts';

/** What a resolver receives. */
export interface Context extends RequestContext {
  readonly viewer: Viewer | null;
  /** Fresh for each operation, and for each event of a subscription. */
  loaders: Loaders;
  /** Forgets what was loaded, so that the next event of a subscription shows the present. */
  reload(): void;
  readonly stores: Stores;
  readonly live: LiveStreams;
  readonly log: EventLogReader;
  readonly cursors: SealedCursors;
  readonly useCases: UseCases;
  /** Where the stream of a person's orders stood when first asked in this operation. */
  ordersHead(userId: string): Promise<string>;
}
