import { runSubgraph } from '@souk/runtime/subgraph';
import { createProductsSubgraph } from './app.ts';
import { loadConfig } from './config.ts';

await runSubgraph({ name: 'products', config: loadConfig(), create: createProductsSubgraph });
