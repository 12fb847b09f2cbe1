import { TEST_EVENT_KEYS } from '@souk/testkit';
import { testSettings } from '@souk/testkit/settings-contract';
import { loadConfig, settings } from '../src/index.ts';

testSettings({
  name: 'groups',
  loadConfig,
  settings,
  envExample: new URL('../.env.example', import.meta.url),
  needed: { EVENT_SEALING_KEY: TEST_EVENT_KEYS.sealing },
  defaults: { port: 4004 },
});
