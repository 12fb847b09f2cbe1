import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { deflateRawSync } from 'node:zlib';
import { unlessHeldUp, until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openSocket, rawSocket } from '../support/sockets.ts';
import { type StartedToy, startToy, tokenFor } from '../support/start-toy.ts';
import { ADA, BO, createToy, ROOM } from '../support/toy-shop.ts';

// What a client may do wrong, or on purpose, on a socket, and what it gets.

let toy: StartedToy;
beforeAll(async () => {
  toy = await startToy({ allowedOrigins: ['https://app.example'] });
});
afterAll(() => toy[Symbol.asyncDispose]());

const NOTES = 'subscription { notes { __typename } }';

describe('the handshake', () => {
  test.each(['https://evil.example', 'null', 'https://app.example.evil.io'])(
    'from the page %s: 403',
    async (origin) => {
      await expect(rawSocket(toy.wsUrl, 'graphql-transport-ws', { origin })).rejects.toThrow(
        'HTTP 403',
      );
    },
  );

  test('from a page on the list, from the gateway itself, from no page: open', async () => {
    for (const origin of ['https://app.example', toy.gateway.url, undefined]) {
      await using socket = await rawSocket(
        toy.wsUrl,
        'graphql-transport-ws',
        origin ? { origin } : {},
      );
      expect(socket.isOpen).toBe(true);
    }
  });

  test('on another path: 404', async () => {
    await expect(rawSocket(toy.wsUrl.replace('/graphql', '/other'))).rejects.toThrow('HTTP 404');
  });

  test.each([
    ['the old protocol', 'graphql-ws'],
    ['a foreign protocol', 'soap'],
  ])('with %s: not accepted', async (_, protocol) => {
    const refused = await new Promise((resolve) => {
      const socket = new WebSocket(toy.wsUrl, protocol);
      socket.once('close', (code) => resolve(code));
      socket.once('error', (error) => resolve(error.message));
    });
    expect([4406, 'Server sent no subprotocol']).toContain(refused);
  });

  test('with no protocol at all: 4406', async () => {
    await using socket = await rawSocket(toy.wsUrl, []);
    expect((await socket.closed).code).toBe(4406);
  });

  test('too many from one address: 429, until one is given back', async () => {
    await using few = await startToy({ socketLimits: { socketsPerAddress: 2 } });
    await using _first = await rawSocket(few.wsUrl);
    const second = await rawSocket(few.wsUrl);
    await expect(rawSocket(few.wsUrl)).rejects.toThrow('HTTP 429');
    second.terminate();
    await until(() => few.gateway.connections === 1);
    await until(() =>
      rawSocket(few.wsUrl).then(
        (socket) => socket.terminate() ?? true,
        () => false,
      ),
    );
  });

  test("a client's claim about its address counts only behind our own proxies", async () => {
    const forwarded = (address: string) => ({ headers: { 'x-forwarded-for': address } });
    await using direct = await startToy({ socketLimits: { socketsPerAddress: 1 } });
    await using _one = await rawSocket(direct.wsUrl, 'graphql-transport-ws', forwarded('1.1.1.1'));
    await expect(
      rawSocket(direct.wsUrl, 'graphql-transport-ws', forwarded('2.2.2.2')),
    ).rejects.toThrow('HTTP 429');
    await using behind = await startToy({
      trustedProxies: 1,
      socketLimits: { socketsPerAddress: 1 },
    });
    await using _two = await rawSocket(
      behind.wsUrl,
      'graphql-transport-ws',
      forwarded('9.9.9.9, 1.1.1.1'),
    );
    await using _three = await rawSocket(
      behind.wsUrl,
      'graphql-transport-ws',
      forwarded('9.9.9.9, 2.2.2.2'),
    );
    await expect(
      rawSocket(behind.wsUrl, 'graphql-transport-ws', forwarded('8.8.8.8, 2.2.2.2')),
    ).rejects.toThrow('HTTP 429');
  });

  test('too many of one viewer: the next is refused, others are not', async () => {
    await using few = await startToy({ socketLimits: { socketsPerViewer: 2 } });
    const accessToken = await tokenFor(ADA);
    await using _first = await openSocket(few.wsUrl, { accessToken });
    await using _second = await openSocket(few.wsUrl, { accessToken });
    await using third = await rawSocket(few.wsUrl);
    third.send({ type: 'connection_init', payload: { accessToken } });
    expect((await third.closed).code).toBe(4290);
    await using other = await openSocket(few.wsUrl, { accessToken: await tokenFor(BO) });
    expect(other.isOpen).toBe(true);
  });
});

describe('the protocol', () => {
  test('no connection_init: 4408', async () => {
    await using quick = await startToy({ socketLimits: { initTimeoutMs: 100 } });
    await using socket = await rawSocket(quick.wsUrl);
    expect((await socket.closed).code).toBe(4408);
  });

  test('a subscription before the acknowledgement: 4401', async () => {
    await using socket = await rawSocket(toy.wsUrl);
    socket.subscribe(NOTES);
    expect((await socket.closed).code).toBe(4401);
  });

  test('a second connection_init: 4429', async () => {
    await using socket = await openSocket(toy.wsUrl);
    socket.send({ type: 'connection_init' });
    expect((await socket.closed).code).toBe(4429);
  });

  test.each([
    ['an init payload that is a text', { type: 'connection_init', payload: 'x' }],
    ['broken JSON', '{"type":'],
    ['an unknown type', { type: 'start', id: '1' }],
    ['an empty id', { type: 'subscribe', id: '', payload: { query: NOTES } }],
    ['a numeric id', { type: 'subscribe', id: 1, payload: { query: NOTES } }],
    ['a subscription without a query', { type: 'subscribe', id: '1', payload: {} }],
    [
      'variables that are a list',
      { type: 'subscribe', id: '1', payload: { query: NOTES, variables: [] } },
    ],
    ['a list', []],
    ['null', 'null'],
  ])('%s: 4400', async (_, message) => {
    await using socket = await rawSocket(toy.wsUrl);
    socket.send(message);
    expect((await socket.closed).code).toBe(4400);
  });

  test('an id that is taken: 4409', async () => {
    await using socket = await openSocket(toy.wsUrl);
    for (let index = 0; index < 2; index += 1)
      socket.send({ id: 'a', type: 'subscribe', payload: { query: NOTES } });
    expect((await socket.closed).code).toBe(4409);
  });

  test('an id of kilobytes, which each event would repeat: 4400', async () => {
    await using socket = await openSocket(toy.wsUrl);
    const subscribe = { type: 'subscribe', payload: { query: NOTES } };
    socket.send({ ...subscribe, id: 'x'.repeat(256) });
    await until(() => socket.messages.some(({ id }) => id?.length === 256));
    socket.send({ ...subscribe, id: 'x'.repeat(257) });
    expect((await socket.closed).code).toBe(4400);
  });

  test('an id named __proto__ works like any other', async () => {
    await using socket = await openSocket(toy.wsUrl);
    socket.send(
      '{"id":"__proto__","type":"subscribe","payload":{"query":"subscription { notes { __typename } }"}}',
    );
    await until(() =>
      socket.messages.find(({ id, type }) => id === '__proto__' && type === 'next'),
    );
  });

  test('binary garbage: 4400', async () => {
    await using socket = await openSocket(toy.wsUrl);
    socket.raw.send(Buffer.from([0, 1, 2, 255]));
    expect((await socket.closed).code).toBe(4400);
  });

  test('text that is not UTF-8: 1007', async () => {
    await using socket = await openSocket(toy.wsUrl);
    socket.raw.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect((await socket.closed).code).toBe(1007);
  });

  test.each([
    ['a frame of 1 MB', (raw: WebSocket) => raw.send('x'.repeat(1_048_576))],
    [
      'fragments without an end',
      (raw: WebSocket) => {
        for (let index = 0; index < 10; index += 1) raw.send('x'.repeat(10_000), { fin: false });
      },
    ],
  ])('%s: 1009', async (_, send) => {
    await using socket = await openSocket(toy.wsUrl);
    send(socket.raw);
    expect((await socket.closed).code).toBe(1009);
  });

  test('a bomb compressed without agreement: 1002, not inflated', async () => {
    await using socket = await openSocket(toy.wsUrl);
    rawStreamOf(socket.raw).write(compressedFrame('x'.repeat(20_000_000)));
    expect((await socket.closed).code).toBe(1002);
  });

  test('compression is not agreed to', async () => {
    await using socket = await rawSocket(toy.wsUrl, 'graphql-transport-ws', {
      perMessageDeflate: true,
    });
    expect(socket.raw.extensions).toBe('');
  });
});

const rawStreamOf = (socket: WebSocket) => (socket as unknown as { _socket: Duplex })._socket;

/** A frame of text as a client would send it, but marked as compressed. */
function compressedFrame(text: string): Buffer {
  const data = deflateRawSync(text);
  const mask = Buffer.alloc(4);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(data.length);
  return Buffer.concat([Buffer.from([0xc1, 0x80 | 126]), length, mask, data]);
}

describe('too much', () => {
  test('more than twenty subscriptions: the rest are refused, the first go on', async () => {
    await using socket = await openSocket(toy.wsUrl);
    const all = Array.from({ length: 25 }, () => socket.subscribe(NOTES));
    for (const events of all.slice(0, 20)) await events.atLeast(1);
    for (const events of all.slice(20))
      expect((await events.error())[0]?.extensions.code).toBe('OPERATION_LIMIT');
    expect(socket.isOpen).toBe(true);
  });

  test('two thousand subscriptions at once: 4290', async () => {
    await using socket = await openSocket(toy.wsUrl);
    for (let index = 0; index < 2_000; index += 1)
      socket.raw.send(
        JSON.stringify({ id: `${index}`, type: 'subscribe', payload: { query: NOTES } }),
      );
    expect((await socket.closed).code).toBe(4290);
    await until(() => toy.toy.log.subscribers === 0);
  });

  test('subscribing and leaving without pause: 4290, and nothing is left behind', async () => {
    await using socket = await openSocket(toy.wsUrl);
    for (let index = 0; index < 500; index += 1) {
      socket.raw.send(
        JSON.stringify({ id: `${index}`, type: 'subscribe', payload: { query: NOTES } }),
      );
      socket.raw.send(JSON.stringify({ id: `${index}`, type: 'complete' }));
    }
    expect((await socket.closed).code).toBe(4290);
    await until(() => toy.toy.log.subscribers === 0);
  });

  test('five thousand pings: 4290', async () => {
    await using socket = await openSocket(toy.wsUrl);
    for (let index = 0; index < 5_000; index += 1) socket.raw.send('{"type":"ping"}');
    expect((await socket.closed).code).toBe(4290);
  });

  test('five thousand pings of the WebSocket itself: 4290', async () => {
    await using socket = await openSocket(toy.wsUrl);
    for (let index = 0; index < 5_000 && socket.isOpen; index += 1) {
      socket.raw.ping();
      // A client that never reads is terminated before it can see why it was closed.
      if (index % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await socket.closed).code).toBe(4290);
  });

  test('a client at an honest pace stays', async () => {
    await using paced = await startToy({
      socketLimits: { messageBurst: 5, messagesPerSecond: 50 },
    });
    await using socket = await openSocket(paced.wsUrl);
    for (let index = 0; index < 30; index += 1) {
      socket.send({ type: 'ping' });
      await delay(30);
    }
    expect(socket.isOpen).toBe(true);
  });
});

describe('clients that do not keep up', () => {
  test('a socket that does not read is closed with 4290, costs no memory, and harms nobody', async () => {
    // This is about what piles up for a client, not about what its events may cost.
    await using many = await startToy({ rateLimits: { rateEventCost: 'off' } });
    const accessToken = await tokenFor(ADA);
    await using slow = await openSocket(many.wsUrl, { accessToken });
    await using healthy = await openSocket(many.wsUrl, { accessToken });
    const query = `subscription { roomEvents(roomId: "${ROOM}") { ... on Said { text } } }`;
    const seen = healthy.subscribe(query);
    slow.subscribe(query);
    await until(() => many.toy.log.subscribers === 2);
    slow.raw.pause();
    const before = process.memoryUsage().rss;
    const text = 'x'.repeat(1_000);
    const total = 40_000;
    for (let index = 0; index < total; index += 1) {
      many.toy.log.say(text);
      if (index % 20 === 0) await delay(1);
    }
    await until(() => many.gateway.connections === 1);
    expect((await seen.atLeast(total + 1)).length).toBe(total + 1);
    // The events themselves, twice (log and what the healthy client collected), and some room.
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1_048_576);
    await until(() => many.toy.log.subscribers === 1);
    slow.raw.resume();
    expect([4290, 1006]).toContain((await slow.closed).code);
  });

  test('a socket that requests large answers and reads none is closed with 4290, however patient the gateway is', async () => {
    await using large = await startToy(
      {
        operationLimits: { cost: Number.POSITIVE_INFINITY },
        rateLimits: 'off',
        socketLimits: { queuedBytes: 262_144, stalledMs: 600_000, keepAliveMs: 600_000 },
      },
      createToy({ friends: 100 }),
    );
    await using slow = await openSocket(large.wsUrl, { accessToken: await tokenFor(ADA) });
    const lists = Array.from(
      { length: 8 },
      (_, n) => `f${n}: friends(first: 100) { id name friends(first: 50) { id name } }`,
    );
    const query = `{ user(id: "${ADA}") { ${lists.join(' ')} } }`;
    slow.raw.pause();
    for (let asked = 0; asked < 20; asked += 1) slow.subscribe(query);
    await until(() => large.gateway.connections === 0);
    slow.raw.resume();
    expect([4290, 1006]).toContain((await slow.closed).code);
  });

  test('one that answers no pings is let go', async () => {
    await using short = await startToy({ socketLimits: { keepAliveMs: 100 } });
    await using dead = await rawSocket(short.wsUrl, 'graphql-transport-ws', { autoPong: false });
    dead.send({ type: 'connection_init' });
    expect((await dead.closed).code).toBe(1006);
    await unlessHeldUp(50, async (isInTime) => {
      await using alive = await openSocket(short.wsUrl);
      isInTime();
      let wasInTime = true;
      for (let looks = 0; looks < 20; looks += 1) {
        await delay(25);
        wasInTime &&= isInTime();
      }
      if (!wasInTime && !alive.isOpen) return false;
      expect(alive.isOpen).toBe(true);
      return true;
    });
  });
});
