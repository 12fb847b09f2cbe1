import { runSubgraph } from '@souk/runtime/subgraph';
import { createGroupsSubgraph } from './app.ts';
import { loadConfig } from './config.ts';

await runSubgraph({ name: 'groups', config: loadConfig(), create: createGroupsSubgraph });
