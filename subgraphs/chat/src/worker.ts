import { runWorker } from '@souk/runtime/subgraph';
import { createChatSubgraph } from './app.ts';
import { loadConfig } from './config.ts';

await runWorker({ name: 'chat', config: loadConfig(), create: createChatSubgraph });
