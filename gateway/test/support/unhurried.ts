import type { GatewayOptions } from '../../src/index.ts';

/** For a gateway of tests that are not about how long something may take: a busy machine takes longer. */
export const UNHURRIED = {
  httpLimits: { requestTimeoutMs: 60_000 },
  subgraphRequests: { queryTimeoutMs: 60_000, mutationTimeoutMs: 60_000 },
} satisfies Partial<GatewayOptions>;
