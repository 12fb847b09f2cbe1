import { TEST_SEALING_KEYS } from '@souk/testkit';
import { testSettings } from '@souk/testkit/settings-contract';
import { loadConfig, settings } from '../src/index.ts';

testSettings({
  name: 'groups',
  loadConfig,
  settings,
  envExample: new URL('../.env.example', import.meta.url),
  needed: { EVENT_SEALING_KEYS: TEST_SEALING_KEYS },
  defaults: { port: 4004 },
});
