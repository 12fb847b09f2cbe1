import type { SubgraphTransport } from '@souk/engine';
import type { SignIdentity } from '@souk/runtime/identity';
import { createBatchSender } from './batched-request.ts';
import type { GatewayContext } from './context.ts';
import { createHttpTransport, type HttpTransportOptions } from './http/http-transport.ts';
import { createInProcessTransport } from './in-process-transport.ts';
import type { LocalSubgraphs } from './local-subgraph.ts';
import { observedExecute, observedSend } from './observed-calls.ts';
import type { SubgraphCalls } from './subgraph-calls.ts';
import { createJoinedUpstreams } from './websocket/joined-upstreams.ts';
import { createUpstreamSockets } from './websocket/upstream-sockets.ts';

export interface TransportOptions {
  /** Subgraphs in this process; all others are called over HTTP and WebSocket. */
  local: LocalSubgraphs;
  urlOf(subgraph: string): string;
  sign?: SignIdentity;
  http?: Omit<HttpTransportOptions, 'urlOf' | 'sign'>;
}

export interface GatewayTransport extends SubgraphCalls {
  send: NonNullable<SubgraphTransport<GatewayContext>['send']>;
  /** Closes connections to addresses that subgraphs no longer have. */
  followAddresses(): void;
  close(): Promise<void>;
}

/** How the gateway reaches each subgraph: by a call if it is in this process, otherwise over the network. */
export function createTransport({ local, urlOf, sign, http }: TransportOptions): GatewayTransport {
  const here = createInProcessTransport(local);
  const near = { ...here, execute: observedExecute(here.execute) };
  const there = createHttpTransport({ urlOf, sign, ...http });
  const far = {
    ...there,
    send: observedSend(there.send),
    execute: observedExecute(there.execute),
  };
  const sockets = createUpstreamSockets({ urlOf, sign });
  const subscribeTogether = createJoinedUpstreams(sockets.subscribe);
  const sendBatch = createBatchSender(far);
  const isNear = (name: string) => local(name) !== undefined;
  return {
    execute: (request, signal) =>
      isNear(request.subgraph) ? near.execute(request, signal) : far.execute(request, signal),
    send: (request, signal, receiver) => {
      if (!isNear(request.subgraph)) {
        const { batch, viewer } = request.context;
        // Only our own subgraphs, to which requests are signed, understand requests for several viewers; and
        // a request without a viewer has no place among them.
        if (batch && sign && viewer) return batch.add({ request, receiver }, sendBatch);
        return far.send(request, signal, receiver);
      }
      near.execute(request, signal).then(receiver.answered, receiver.failed);
    },
    subscribe: (request, signal) => {
      if (isNear(request.subgraph)) return near.subscribe(request, signal);
      const { joins, viewer } = request.context;
      const subscribe = joins && sign && viewer ? subscribeTogether : sockets.subscribe;
      return subscribe(request, signal);
    },
    followAddresses: sockets.followAddresses,
    close: async () => {
      await sockets.close();
      await far.close();
    },
  };
}
