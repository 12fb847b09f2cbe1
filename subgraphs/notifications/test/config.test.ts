import { TEST_EVENT_KEYS } from '@souk/testkit';
import { testSettings } from '@souk/testkit/settings-contract';
import { loadConfig, settings } from '../src/index.ts';

testSettings({
  name: 'notifications',
  loadConfig,
  settings,
  envExample: new URL('../.env.example', import.meta.url),
  needed: {
    NOTIFICATIONS_OPENING_KEYS: TEST_EVENT_KEYS.opening.notifications,
    SMTP_URL: 'smtp://localhost:1025',
  },
  defaults: { port: 4006 },
  wrong: { APNS_ACCOUNT: '{"teamId":"T"}', FCM_SERVICE_ACCOUNT: '{}' },
});
