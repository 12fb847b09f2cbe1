import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@souk/testkit';
import { expect } from 'vitest';
import type { ComposedSouk } from '../composed-souk.ts';
import { startConversation } from './conversation.ts';

/**
 * Takes Redis away from all processes while somebody writes: at least 99.9 % is accepted, and what is
 * accepted is there once, also for whoever listens.
 */
export async function writeWithoutRedis(
  souk: ComposedSouk,
  { sends, awayMs }: { sends: number; awayMs: number },
): Promise<{ sends: number; accepted: number; slowestMs: number }> {
  const conversation = await startConversation(souk, 'noor');
  const listener = conversation.listen();
  expect(await conversation.send('before')).toBe(true);
  const accepted: string[] = [];
  let slowestMs = 0;
  souk.redisLine.breakDown();
  const goneAt = performance.now();
  const one = async (n: number) => {
    await delay((n / sends) * awayMs);
    const sentAt = performance.now();
    if (await conversation.send(`${n}`)) accepted.push(`${n}`);
    slowestMs = Math.max(slowestMs, performance.now() - sentAt);
  };
  const sending = Array.from({ length: sends }, (_, n) => one(n));
  await delay(awayMs - (performance.now() - goneAt));
  // Those that were sent while it was away may be on their way still.
  await Promise.all(sending);
  souk.redisLine.mend();
  expect(accepted.length / sends).toBeGreaterThanOrEqual(0.999);

  const texts = await conversation.texts();
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts).toEqual(expect.arrayContaining(['before', ...accepted]));
  await until(() => listener.heard.length >= texts.length, {
    within: 60_000,
    describe: () => `${listener.heard.length} of ${texts.length} were heard`,
  });
  expect(listener.heard).toEqual(texts);
  await listener.stop();
  return { sends, accepted: accepted.length, slowestMs: Math.round(slowestMs) };
}
