import { SubgraphFault } from '@souk/engine';
import { UpstreamLost } from './websocket/upstream-sockets.ts';

/** Whether a subscription failed only for now: it can be opened again, behind the last event. */
export const isLoss = (error: unknown): boolean =>
  error instanceof UpstreamLost ||
  (error instanceof SubgraphFault && error.code === 'SUBGRAPH_UNAVAILABLE');
