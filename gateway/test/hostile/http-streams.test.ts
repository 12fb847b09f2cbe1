import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Backplane } from '@souk/runtime/backplane';
import { DEFAULT_READING_LIMITS } from '@souk/runtime/process';
import { metricsText, startMeasuring } from '@souk/runtime/telemetry';
import { until } from '@souk/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { inProcessBackplane } from '../support/in-process-backplane.ts';
import { type StartedToy, startToy } from '../support/start-toy.ts';
import { ADA, createToy, ROOM } from '../support/toy-shop.ts';

const EVENTS = `subscription ($after: EventCursor) {
  roomEvents(roomId: "${ROOM}", after: $after) { __typename ... on Said { text } }
}`;

/** A bare client: what it reads, and when, is the test's affair. */
async function ask(toy: StartedToy, after?: string): Promise<Socket> {
  const { hostname, port, host, pathname } = new URL(toy.url);
  const body = JSON.stringify({ query: EVENTS, variables: { after } });
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(
    [
      `POST ${pathname} HTTP/1.1`,
      `host: ${host}`,
      'content-type: application/json',
      'accept: text/event-stream',
      `authorization: Bearer ${await toy.token(ADA)}`,
      `content-length: ${body.length}`,
      '',
      body,
    ].join('\r\n'),
  );
  onTestFinished(() => void socket.destroy());
  return socket;
}

describe('clients that leave', () => {
  /** Blocks requests to the backplane until told otherwise. */
  const createGate = () => {
    let waiting = 0;
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const pass = async () => {
      waiting += 1;
      await opened;
    };
    return { pass, open: () => open(), isWaitedAt: () => waiting > 0 };
  };
  const after =
    <Given extends unknown[], Result>(
      pass: () => Promise<void>,
      work: (...given: Given) => Promise<Result>,
    ) =>
    async (...given: Given) => {
      await pass();
      return work(...given);
    };
  const slowIn = {
    'how often they ask': ({ rateLimit, ...others }: Backplane, pass: () => Promise<void>) => ({
      ...others,
      rateLimit: { ...rateLimit, consume: after(pass, rateLimit.consume) },
    }),
    'their session': ({ pubsub, ...others }: Backplane, pass: () => Promise<void>) => ({
      ...others,
      pubsub: { ...pubsub, subscribe: after(pass, pubsub.subscribe) },
    }),
  };

  test.each(Object.keys(slowIn) as (keyof typeof slowIn)[])(
    'while %s is looked up leave nothing behind',
    async (what) => {
      const gate = createGate();
      await using toy = await startToy({
        backplane: slowIn[what](inProcessBackplane(), gate.pass),
        fieldRules: [{ limit: 'rateMessage', per: 'viewer', fields: ['roomEvents'] }],
        socketLimits: { sockets: 1 },
      });
      const leaves = await ask(toy);
      await until(gate.isWaitedAt);
      leaves.destroy();
      // Time for the gateway to hear of it.
      await delay(50);
      gate.open();
      const stays = await until(async () => {
        const socket = await ask(toy);
        const [head] = await new Promise<string[]>((resolve) =>
          socket.once('data', (data) => resolve(String(data).split('\r\n'))),
        );
        return head === 'HTTP/1.1 200 OK' ? socket : null;
      });
      await until(() => toy.toy.log.subscribers > 0);
      expect(toy.toy.log.subscribers).toBe(1);
      stays.destroy();
      await until(() => toy.toy.log.subscribers === 0);
    },
  );
});

describe('clients that do not keep up', () => {
  const EVENT_BYTES = 20_000;
  /** 60 MB: more than the gateway and two kernels keep for one client. */
  const TOTAL = 3_000;
  const startFull = async () => {
    const toy = await startToy({
      socketLimits: { keepAliveMs: 1_000, queuedBytes: 32 * 1_048_576 },
    });
    const text = 'x'.repeat(EVENT_BYTES);
    for (let index = 0; index < TOTAL; index += 1) toy.toy.log.say(text);
    return toy;
  };

  test('one that reads slowly, but does, gets everything', async () => {
    await using toy = await startFull();
    const socket = await ask(toy, '0');
    const slowUntil = Date.now() + 3_000;
    let text = '';
    socket.on('data', (data) => {
      text += data;
      if (Date.now() > slowUntil) return;
      // About 12 MB a second: what waits for it takes several times `keepAliveMs`.
      socket.pause();
      setTimeout(() => socket.resume(), 4);
    });
    await until(() => socket.closed || text.includes('CaughtUp'));
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids).toEqual([...Array.from({ length: TOTAL }, (_, index) => index + 1), TOTAL]);
  });

  /** Times that a client was cut off. */
  const cutOffs = async () =>
    Number(
      /^graphql_slow_clients_total\{outcome="cut off"\} (\d+)$/m.exec(await metricsText())?.[1],
    );

  test('one that asks for large answers and reads none of them is cut off, and counted', async () => {
    startMeasuring();
    const readingLimits = { ...DEFAULT_READING_LIMITS, lookMs: 50, patienceLooks: 10 };
    await using toy = await startToy(
      {
        ...{ readingLimits, rateLimits: 'off' },
        operationLimits: { cost: Number.POSITIVE_INFINITY },
      },
      createToy({ friends: 100 }),
    );
    const lists = Array.from(
      { length: 8 },
      (_, n) => `f${n}: friends(first: 100) { id name friends(first: 50) { id name } }`,
    );
    const body = JSON.stringify({ query: `{ user(id: "${ADA}") { ${lists.join(' ')} } }` });
    const { hostname, port, host, pathname } = new URL(toy.url);
    const head = `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n`;
    const before = (await cutOffs()) || 0;
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
    socket.pause();
    // More than two kernels keep.
    socket.write(`${head}content-length: ${body.length}\r\n\r\n${body}`.repeat(20));
    await until(async () => (await cutOffs()) > before);
    expect((await toy.post('{ whoAsks }')).status).toBe(200);
  });

  test('one that reads nothing is cut off', async () => {
    await using toy = await startFull();
    const socket = await ask(toy, '0');
    socket.pause();
    await until(() => toy.toy.log.subscribers === 1);
    await until(() => toy.toy.log.subscribers === 0);
  });
});
