import type { SubgraphContext } from '@souk/runtime/subgraph';
import type { Loaders } from './persistence/loaders.ts';
import type { Stores } from './persistence/stores.ts';
import type { NotificationsServices } from './services.ts';
import type { useCases } from './use-cases/index.ts';

/** What a resolver receives. */
export type Context = SubgraphContext<NotificationsServices, Stores, Loaders, typeof useCases>;
