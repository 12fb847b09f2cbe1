import { runWorker } from '@souk/runtime/subgraph';
import { createGroupsSubgraph } from './app.ts';
import { loadConfig } from './config.ts';

await runWorker({ name: 'groups', config: loadConfig(), create: createGroupsSubgraph });
