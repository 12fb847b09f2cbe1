import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createIdentitySigner } from '@souk/runtime/identity';
import type { JSONWebKeySet, JWK } from 'jose';
import { createAccessTokenVerifier, createGateway, type OperationLimits } from '../../src/index.ts';

/**
 * A gateway in a process of its own that says how long its event loop was held up: what subgraphs,
 * clients and the test runner do meanwhile is not in the figure.
 */
interface Start {
  supergraphSdl: string;
  subgraphUrls: Record<string, string>;
  identityKey: JWK;
  tokenKeys: JSONWebKeySet;
  operationLimits?: Partial<OperationLimits>;
}

const delays = monitorEventLoopDelay({ resolution: 1 });

async function start({ identityKey, tokenKeys, ...options }: Start) {
  const gateway = await createGateway({
    ...options,
    signIdentity: createIdentitySigner(identityKey),
    verifyAccessToken: createAccessTokenVerifier({ keys: tokenKeys }),
    port: 0,
  });
  delays.enable();
  process.send?.({ url: gateway.url });
}

process.on('message', (message: { start: Start } | 'reset' | 'read') => {
  if (message === 'reset') delays.reset();
  if (message === 'reset' || message === 'read') process.send?.({ maxMs: delays.max / 1e6 });
  else {
    start(message.start).catch((error) => {
      console.error(error);
      process.exit(1);
    });
  }
});
process.on('disconnect', () => process.exit());
