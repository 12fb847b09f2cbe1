import type { GatewayContext } from '../context.ts';
import type { SubgraphTransport } from '../execution/index.ts';

type Transport = SubgraphTransport<GatewayContext>;

/** What the gateway asks of subgraphs, wherever they are. */
export interface SubgraphCalls {
  execute: Transport['execute'];
  subscribe: NonNullable<Transport['subscribe']>;
}
