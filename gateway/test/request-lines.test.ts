import { createLogger } from '@souk/runtime/process';
import { parseStrictly, until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { openSocket } from './support/sockets.ts';
import { startToy, tokenFor } from './support/start-toy.ts';
import { ADA } from './support/toy-shop.ts';

function logging() {
  const lines: string[] = [];
  const logger = createLogger({
    name: 'gateway',
    destination: { write: (line: string) => void lines.push(line) },
  });
  const of = (message: string) =>
    lines.map(parseStrictly).filter(({ msg }) => msg === message) as Record<string, unknown>[];
  return { logger, of, lines };
}

const NOTES = 'subscription Notes { notes { ... on Said { text } } }';

test('every request is one line: its operation, its cost, its result', async () => {
  const { logger, of, lines } = logging();
  await using toy = await startToy({ logger });
  const ids: (string | null)[] = [];
  const ask = async (query: string, headers?: Record<string, string>) => {
    const { headers: answered } = await toy.post(query, {}, headers);
    ids.push(answered.get('x-request-id'));
  };
  await ask(`query Echo { echo(text: "what nobody but its readers may see") }`);
  await ask('query Echo { echo(text: "what nobody but its readers may see") }', {
    'x-request-id': 'given-1',
  });
  await ask('{ broken }');
  await ask('query Nothing { nothing }');
  await ask('mutation Rename { rename(id: "x", name: "y") { id } }');
  await ask('{ me { id } }', { authorization: 'Bearer nonsense' });
  await until(() => of('request').length === 6);
  const line = { level: 'info', name: 'gateway', transport: 'http', ms: expect.any(Number) };
  const expected = [
    { operation: 'Echo', kind: 'query', cost: expect.any(Number), status: 200 },
    { operation: 'Echo', kind: 'query', cost: expect.any(Number), status: 200 },
    { kind: 'query', cost: expect.any(Number), status: 200, codes: [expect.any(String)] },
    { status: 400, codes: ['GRAPHQL_VALIDATION_FAILED'] },
    { operation: 'Rename', kind: 'mutation', status: expect.any(Number) },
    { status: 401, codes: ['UNAUTHENTICATED'] },
  ];
  expect(of('request')).toMatchObject(
    expected.map((fields, index) => ({ ...line, ...fields, requestId: ids[index] })),
  );
  expect(ids[1]).toBe('given-1');
  expect(lines.join()).not.toContain('nobody but');
});

test('a subscription is a line when it begins and one when it ends, whichever way it came', async () => {
  const { logger, of } = logging();
  await using toy = await startToy({ logger });
  const leaving = new AbortController();
  for (const accept of ['text/event-stream', 'multipart/mixed;subscriptionSpec=1.0']) {
    const response = await fetch(toy.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query: NOTES }),
      signal: leaving.signal,
    });
    void response.text().catch(() => {});
  }
  const socket = await openSocket(toy.wsUrl, { authorization: `Bearer ${await tokenFor(ADA)}` });
  const subscribed = socket.subscribe(NOTES);
  await subscribed.atLeast(1);
  toy.toy.log.say('heard by three');
  await subscribed.atLeast(2);
  await until(() => of('subscription begins').length === 3);
  leaving.abort();
  subscribed.stop();
  await until(() => of('subscription ends').length === 3);
  const begun = of('subscription begins');
  expect(begun.map(({ transport }) => transport).sort()).toEqual(['multipart', 'sse', 'websocket']);
  for (const { requestId, transport } of begun) {
    expect(of('subscription ends')).toContainEqual(
      expect.objectContaining({
        ...{ requestId, transport, operation: 'Notes', kind: 'subscription' },
        events: expect.any(Number),
      }),
    );
  }
  const onSocket = of('subscription ends').find(({ transport }) => transport === 'websocket');
  expect(onSocket).toMatchObject({ events: 2 });
  expect(await socket.subscribe('subscription Wrong { nothing }').error()).toBeDefined();
  expect(of('request')).toMatchObject([
    { transport: 'websocket', codes: ['GRAPHQL_VALIDATION_FAILED'] },
  ]);
  await socket[Symbol.asyncDispose]();
});

test('a failure of ours is answered and logged as one, though all of the request has been read', async () => {
  const { logger, of } = logging();
  await using toy = await startToy({
    logger,
    verifyAccessToken: async () => ({
      viewer: {
        sessionId: 'ses_1',
        roles: [],
        get userId(): string {
          throw new TypeError('a mistake of ours');
        },
      },
      expiresAt: new Date(Date.now() + 60_000),
    }),
  });
  const { status, body } = await toy.post('{ whoAsks }', {}, { authorization: 'Bearer a' });
  expect([status, body.errors[0].extensions.code]).toEqual([500, 'INTERNAL_SERVER_ERROR']);
  await until(() => of('request').length === 1);
  expect(of('request failed')).toMatchObject([{ err: { message: 'a mistake of ours' } }]);
  expect(of('request')).toMatchObject([{ status: 500, codes: ['INTERNAL_SERVER_ERROR'] }]);
});
