import { startSubgraphServer } from '@souk/runtime/subgraph';
import { createUsersSubgraph } from './app.ts';
import { loadConfig } from './config.ts';
import { publicKeys } from './credentials/signing-keys.ts';
import { answerEventsBy } from './function-events.ts';

/**
 * Everything starts with the instance, not with its first request; only this process can reach the server.
 */
const config = loadConfig();
const { url } = await startSubgraphServer(
  {
    name: 'users',
    config,
    create: createUsersSubgraph,
    publicRoutes: { '/.well-known/jwks.json': () => publicKeys(config) },
  },
  { port: 0, host: '127.0.0.1' },
);

/** For AWS Lambda behind an HTTP API or a function's own address. */
export const handler = answerEventsBy(url);
