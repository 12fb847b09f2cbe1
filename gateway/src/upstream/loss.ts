import { SubgraphFault } from '@souk/engine';
import { UpstreamLost } from './websocket/upstream-sockets.ts';

/** Whether a subscription failed only temporarily: it can be reopened behind the last event. */
export const isLoss = (error: unknown): boolean =>
  error instanceof UpstreamLost ||
  (error instanceof SubgraphFault && error.code === 'SUBGRAPH_UNAVAILABLE');
