import { runWorker } from '@souk/runtime/subgraph';
import { createNotificationsSubgraph } from './app.ts';
import { loadConfig } from './config.ts';

await runWorker({
  name: 'notifications',
  config: loadConfig(),
  create: createNotificationsSubgraph,
});
