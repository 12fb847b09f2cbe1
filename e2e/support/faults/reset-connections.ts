import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { ComposedSouk } from '../composed-souk.ts';
import { startConversation } from './conversation.ts';

export interface ResetSize {
  /** Messages that are sent at least. */
  readonly sends: number;
  readonly resets: number;
  /** Milliseconds between two resets. */
  readonly everyMs: number;
  readonly writers: number;
}

const TYPING = `mutation ($roomId: ID!) { setTyping(roomId: $roomId, on: true) { errors { __typename } } }`;

/**
 * Resets the gateway's connections to chat again and again while people write: each message has a key and is sent
 * again by the gateway, so its writer is refused nothing. What has no key is not sent again, and shows by its
 * failures that the resets do hit requests.
 */
export async function writeThroughResets(souk: ComposedSouk, size: ResetSize) {
  const conversation = await startConversation(souk, `rana${randomUUID().slice(0, 8)}`);
  const { roomId, writer } = conversation;
  let resets = 0;
  let connections = 0;
  const resetting = (async () => {
    for (; resets < size.resets; resets += 1) {
      await delay(size.everyMs);
      connections += souk.resetConnections('chat');
    }
  })();
  let sent = 0;
  const refusals: string[] = [];
  const write = async () => {
    while (sent < size.sends || resets < size.resets) {
      sent += 1;
      const refusal = await conversation.send(`${sent}`);
      if (refusal !== null) refusals.push(refusal);
    }
  };
  const withoutKey = { sent: 0, cut: 0 };
  const type = async () => {
    while (resets < size.resets) {
      withoutKey.sent += 1;
      await souk.ask(TYPING, { roomId }, writer.token).catch((error) => {
        if (/\b(SERVICE|SUBGRAPH)_UNAVAILABLE\b/.test(String(error))) withoutKey.cut += 1;
        else refusals.push(String(error));
      });
    }
  };
  const from = performance.now();
  await Promise.all([resetting, type(), ...Array.from({ length: size.writers }, write)]);
  const seconds = Math.round((performance.now() - from) / 1_000);
  expect(refusals, `of ${sent} in ${seconds} s`).toEqual([]);
  // The text of a message is its number: each is there, once.
  const numbers = (await conversation.texts()).map(Number).sort((one, other) => one - other);
  expect(numbers).toEqual(Array.from({ length: sent }, (_, index) => index + 1));
  expect(withoutKey.cut).toBeGreaterThan(0);
  return { seconds, sent, refused: refusals.length, resets, connections, withoutKey };
}
