import type { Loader } from '@souk/runtime/graphql';
import type { SubgraphContext } from '@souk/runtime/subgraph';
import type { Loaders } from './persistence/loaders.ts';
import type { Stores } from './persistence/stores.ts';
import type { PresenceOf } from './realtime/presence-reader.ts';
import type { ChatDeps } from './use-cases/deps.ts';
import type { useCases } from './use-cases/index.ts';

/** What a resolver receives. */
export type Context = SubgraphContext<
  ChatDeps,
  Stores,
  Loaders & { readonly presence: Loader<PresenceOf> },
  typeof useCases
>;
