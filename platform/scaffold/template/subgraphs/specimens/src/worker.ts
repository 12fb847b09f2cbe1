import { runWorker } from '@souk/runtime/subgraph';
import { createSpecimensSubgraph } from './app.ts';
import { loadConfig } from './config.ts';

await runWorker({ name: 'specimens', config: loadConfig(), create: createSpecimensSubgraph });
