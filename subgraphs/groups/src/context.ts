import type { EventLogReader, LiveStreams, RequestContext, SealedCursors } from '@souk/runtime';
import type { Loaders } from './persistence/loaders.ts';
import type { Stores } from './persistence/stores.ts';
import type { UseCases } from './use-cases/index.ts';

/** What a resolver receives. */
export interface Context extends RequestContext {
  /** Fresh for each operation, and for each event of a subscription. */
  loaders: Loaders;
  /** Forgets what was loaded, so that what follows shows the present. */
  reload(): void;
  readonly stores: Stores;
  readonly live: LiveStreams;
  readonly log: EventLogReader;
  readonly cursors: SealedCursors;
  readonly useCases: UseCases;
  /** The group of a shared stream, which everybody who is sent the stream may see. */
  readonly shownToAll: string | null;
  showGroupToAll(groupId: string): void;
}
