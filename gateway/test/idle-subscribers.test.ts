import { once } from 'node:events';
import { forkProgram, until } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';
import type { Asked, Held } from './support/counted-halls-process.ts';
import { openSocket } from './support/sockets.ts';
import { HALL } from './support/toy-halls.ts';

const EVENTS = `subscription ($hall: ID!) {
  hallEvents(hallId: $hall) { __typename ... on Said { text author { name } } }
}`;
/**
 * Bytes of the heap for one who follows a shared stream and is sent nothing: 9,200, without a bundle and with the code that is
 * compiled meanwhile. Each function that waits as long as the stream costs 500.
 */
const MOST_BYTES = 12_000;
const [FEW, MANY] = [250, 400];
const AT_ONCE = 50;

/** Halls in a process of their own, and how to let more viewers in who then only listen. */
async function startCounted() {
  const { child, next } = forkProgram(
    new URL('./support/counted-halls-process.ts', import.meta.url),
  );
  const wsUrl = (await next()) as string;
  const ask = async <Answer>(asked: Asked): Promise<Answer> => {
    const answer = next();
    child.send(asked);
    return (await answer) as Answer;
  };
  const sockets: Awaited<ReturnType<typeof openSocket>>[] = [];
  onTestFinished(async () => {
    await Promise.all(sockets.map((socket) => socket[Symbol.asyncDispose]()));
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const follow = async (token: string) => {
    const socket = await openSocket(wsUrl, { accessToken: token });
    sockets.push(socket);
    await socket.subscribe(EVENTS, { hall: HALL }).atLeast(1);
  };
  return {
    letIn: async (count: number) => {
      const userIds = Array.from({ length: count }, (_, index) => `usr_${sockets.length + index}`);
      const tokens = await ask<string[]>({ tokensFor: userIds });
      for (let from = 0; from < count; from += AT_ONCE) {
        await Promise.all(tokens.slice(from, from + AT_ONCE).map(follow));
      }
    },
    /** When all have been handed over to the stream that they share. */
    held: () =>
      until(async () => {
        const held = await ask<Held>('held');
        return held.open.own === 0 && held.open.shared === 1 ? held : null;
      }),
  };
}

test('an idle subscriber holds little of the heap, and not its request', async () => {
  const { letIn, held } = await startCounted();
  await letIn(FEW);
  const few = await held();
  await letIn(MANY);
  const many = await held();
  expect(many.requests).toBeLessThan(MANY / 10);
  const each = (many.bytes - few.bytes) / MANY;
  expect(each, `${Math.round(each)} bytes for each`).toBeLessThan(MOST_BYTES);
});
