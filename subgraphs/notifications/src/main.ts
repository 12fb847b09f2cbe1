import { runSubgraph } from '@souk/runtime/subgraph';
import { createNotificationsSubgraph } from './app.ts';
import { loadConfig } from './config.ts';

await runSubgraph({
  name: 'notifications',
  config: loadConfig(),
  create: createNotificationsSubgraph,
});
