import type { SubgraphTransport } from '@souk/engine';
import type { GatewayContext } from './context.ts';

type Transport = SubgraphTransport<GatewayContext>;

/** What the gateway asks of subgraphs, wherever they run. */
export interface SubgraphCalls {
  execute: Transport['execute'];
  subscribe: NonNullable<Transport['subscribe']>;
}
