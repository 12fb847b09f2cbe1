import { runSubgraph } from '@souk/runtime/subgraph';
import { createChatSubgraph } from './app.ts';
import { loadConfig } from './config.ts';

await runSubgraph({ name: 'chat', config: loadConfig(), create: createChatSubgraph });
