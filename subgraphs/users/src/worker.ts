import { runWorker } from '@souk/runtime/subgraph';
import { createUsersSubgraph } from './app.ts';
import { loadConfig } from './config.ts';

await runWorker({ name: 'users', config: loadConfig(), create: createUsersSubgraph });
