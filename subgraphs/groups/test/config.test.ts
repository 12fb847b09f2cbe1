import { testSettings } from '@souk/testkit/settings-contract';
import { loadConfig, settings } from '../src/index.ts';

testSettings({
  name: 'groups',
  loadConfig,
  settings,
  envExample: new URL('../.env.example', import.meta.url),
  defaults: { port: 4004 },
});
