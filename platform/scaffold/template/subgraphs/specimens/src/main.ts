import { runSubgraph } from '@souk/runtime/subgraph';
import { createSpecimensSubgraph } from './app.ts';
import { loadConfig } from './config.ts';

await runSubgraph({ name: 'specimens', config: loadConfig(), create: createSpecimensSubgraph });
