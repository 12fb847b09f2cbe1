import { runSubgraph } from '@souk/runtime/subgraph';
import { createOrdersSubgraph } from './app.ts';
import { loadConfig } from './config.ts';

await runSubgraph({ name: 'orders', config: loadConfig(), create: createOrdersSubgraph });
