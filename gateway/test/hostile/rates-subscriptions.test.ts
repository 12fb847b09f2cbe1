import { expect, test } from 'vitest';
import { openSocket } from '../support/sockets.ts';
import { startToy } from '../support/start-toy.ts';
import { ADA, ROOM } from '../support/toy-shop.ts';

const EVENTS = `subscription { roomEvents(roomId: "${ROOM}") { __typename } }`;
const sse = (url: string, token: string) =>
  fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query: EVENTS }),
  });

test("a viewer's subscriptions count over every transport", async () => {
  await using toy = await startToy({ rateLimits: { rateViewer: { points: 2, perSeconds: 60 } } });
  const token = await toy.token(ADA);
  await using socket = await openSocket(toy.wsUrl, { authorization: `Bearer ${token}` });
  await socket.subscribe(EVENTS).atLeast(1);
  await socket.subscribe(EVENTS).atLeast(1);
  expect(await socket.subscribe(EVENTS).error()).toMatchObject([
    {
      extensions: {
        code: 'RATE_LIMITED',
        limit: 'rateViewer',
        retryAfterSeconds: expect.any(Number),
      },
    },
  ]);
  expect(socket.isOpen).toBe(true);
  const response = await sse(toy.url, token);
  expect(response.status).toBe(429);
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  await response.body?.cancel();
});

test('streams over HTTP are connections of an account like sockets', async () => {
  await using toy = await startToy({ socketLimits: { socketsPerViewer: 1 } });
  const token = await toy.token(ADA);
  {
    await using _socket = await openSocket(toy.wsUrl, { authorization: `Bearer ${token}` });
    const refused = await sse(toy.url, token);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
  }
  await expect
    .poll(async () => {
      const allowed = await sse(toy.url, token);
      await allowed.body?.cancel();
      return allowed.status;
    })
    .toBe(200);
});

test('a process accepts no more connections of either kind than its limit', async () => {
  await using toy = await startToy({ socketLimits: { sockets: 1 } });
  await using _socket = await openSocket(toy.wsUrl);
  const response = await sse(toy.url, await toy.token(ADA));
  expect(response.status).toBe(503);
  await response.body?.cancel();
});
