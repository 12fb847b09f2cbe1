import { testSettings } from '@souk/testkit/settings-contract';
import { loadConfig, settings } from '../src/index.ts';

testSettings({
  name: 'chat',
  loadConfig,
  settings,
  envExample: new URL('../.env.example', import.meta.url),
  wrong: { CHAT_MESSAGES_PER_WINDOW: '0' },
  defaults: { port: 4005, messagesPerWindow: 10, messageWindowSeconds: 10 },
});
