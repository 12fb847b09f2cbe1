import {
  type ApolloGatewayInterface,
  createApolloGateway,
} from './clients/apollo/apollo-gateway.ts';
import { createGatewayParts, type PipelineSetting } from './gateway-parts.ts';
import { createOperationTelemetry } from './telemetry/operation-telemetry.ts';
import type { GatewayContext } from './upstream/context.ts';

export interface SoukGatewayOptions extends PipelineSetting {
  /** Proxies of ours before this process. Default 0. */
  trustedProxies?: number;
  /**
   * The viewer and their client's address, out of the context that Apollo Server's `context` function made. Where an
   * address is given, the operation counts for its rates. Default: nobody, from nowhere.
   */
  contextOf?(contextValue: object): Partial<GatewayContext> & { readonly address?: string };
  /** Milliseconds until an operation is answered, whatever is missing. Default 5,000. */
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
