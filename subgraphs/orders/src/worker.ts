import { runWorker } from '@souk/runtime/subgraph';
import { createOrdersSubgraph } from './app.ts';
import { loadConfig } from './config.ts';

await runWorker({ name: 'orders', config: loadConfig(), create: createOrdersSubgraph });
