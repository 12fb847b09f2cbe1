import { until } from '@souk/testkit';
import { expect } from 'vitest';
import type { ComposedSouk } from '../composed-souk.ts';
import { startConversation } from './conversation.ts';

const WRITERS = 4;

/**
 * Takes Redis away from all processes while somebody writes: at least 99.9 % is accepted, and what is
 * accepted is there once, also for whoever listens.
 */
export async function writeWithoutRedis(
  souk: ComposedSouk,
  { sends: atLeast, awayMs }: { sends: number; awayMs: number },
): Promise<{ sent: number; accepted: number; slowestMs: number }> {
  const conversation = await startConversation(souk, 'noor');
  const listener = conversation.listen();
  expect(await conversation.send('before')).toBeNull();
  const accepted: string[] = [];
  const refusals: string[] = [];
  let slowestMs = 0;
  souk.redisLine.breakDown();
  const goneAt = performance.now();
  let sent = 0;
  // Each sends again once it is answered: how much is under way is up to neither machine nor outage.
  const writer = async () => {
    while (sent < atLeast || performance.now() - goneAt < awayMs) {
      sent += 1;
      const text = `${sent}`;
      const sentAt = performance.now();
      const refusal = await conversation.send(text);
      if (refusal === null) accepted.push(text);
      else refusals.push(refusal);
      slowestMs = Math.max(slowestMs, performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  souk.redisLine.mend();
  expect(
    accepted.length / sent,
    `refused, for example: ${[...new Set(refusals)].slice(0, 5).join('\n')}`,
  ).toBeGreaterThanOrEqual(0.999);

  const texts = await conversation.texts();
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts).toEqual(expect.arrayContaining(['before', ...accepted]));
  await until(() => listener.heard.length >= texts.length, {
    describe: () => `${listener.heard.length} of ${texts.length} were heard`,
  });
  expect(listener.heard).toEqual(texts);
  await listener.stop();
  return { sent, accepted: accepted.length, slowestMs: Math.round(slowestMs) };
}
