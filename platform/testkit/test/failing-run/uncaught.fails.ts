import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'vitest';

test('leaves a promise to nobody', async () => {
  void Promise.reject(new Error('nobody waits'));
  await delay(10);
});
