import {
  type ApolloGatewayInterface,
  createApolloGateway,
} from './clients/apollo/apollo-gateway.ts';
import { createGatewayParts, type PipelineSetting } from './gateway-parts.ts';
import { createOperationTelemetry } from './telemetry/operation-telemetry.ts';
import type { GatewayContext } from './upstream/context.ts';

export interface SoukGatewayOptions extends PipelineSetting {
  /** How many of our own proxies are in front of this process. Default 0. */
  trustedProxies?: number;
  /**
   * The viewer and the client's address, taken from the context that Apollo Server's `context` function made.
   * The operation counts towards the rates of an address when one is given. Default: no viewer, no address.
   */
  contextOf?(contextValue: object): Partial<GatewayContext> & { readonly address?: string };
  /** Milliseconds until an operation is answered, even if parts are still missing. Default 5,000. */
  requestTimeoutMs?: number;
}

/**
 * Souk's gateway for an Apollo Server of your own: `new ApolloServer({ gateway: soukGateway(…) })`.
 * Plugins see what they see of any gateway; limits, access and execution are those of Souk.
 */
export function soukGateway(options: SoukGatewayOptions): ApolloGatewayInterface {
  const { contextOf, requestTimeoutMs = 5_000, trustedProxies = 0 } = options;
  const parts = createGatewayParts({ ...options, trustedProxies });
  return createApolloGateway({
    ...parts,
    telemetry: createOperationTelemetry({ logger: parts.logger, isListed: () => false }),
    contextOf: (contextValue) => ({
      requestId: crypto.randomUUID(),
      viewer: null,
      deadlineAt: Date.now() + requestTimeoutMs,
      ...contextOf?.(contextValue),
    }),
  });
}
