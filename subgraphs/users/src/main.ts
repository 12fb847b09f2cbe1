import { runSubgraph } from '@souk/runtime/subgraph';
import { createUsersSubgraph } from './app.ts';
import { loadConfig } from './config.ts';
import { publicKeys } from './credentials/signing-keys.ts';

const config = loadConfig();
await runSubgraph({
  name: 'users',
  config,
  create: createUsersSubgraph,
  publicRoutes: { '/.well-known/jwks.json': () => publicKeys(config) },
});
