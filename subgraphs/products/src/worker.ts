import { runWorker } from '@souk/runtime/subgraph';
import { createProductsSubgraph } from './app.ts';
import { loadConfig } from './config.ts';

await runWorker({ name: 'products', config: loadConfig(), create: createProductsSubgraph });
