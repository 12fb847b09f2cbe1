import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { createGeneralClient } from './general-client.ts';

/**
 * Sends a server one request, with this many milliseconds to answer; TLS or not makes no difference to the
 * client.
 */
async function answerOf(
  listener: RequestListener,
  milliseconds = 10_000.5,
  maxResponseBytes = 1_000,
) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = createGeneralClient({
    origin: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    connections: 4,
    queue: 100,
    connectTimeoutMs: 10_000,
    maxResponseBytes,
  });
  onTestFinished(() => {
    client.close();
    server.closeAllConnections();
    server.close();
  });
  return new Promise<unknown>((resolve) =>
    client.post(
      {
        path: '/graphql?x=1',
        headLinesOn: () => 'content-type: application/json\r\nx-internal-token: a.b.c\r\n',
        body: '{"query":"{ a }"}',
        deadline: performance.now() + milliseconds,
        signal: undefined,
        repeatable: false,
      },
      {
        answered: ({ head, body }) =>
          resolve({ status: head.status, type: head.contentType, body }),
        failed: (failure) => resolve({ failure }),
      },
    ),
  );
}

test('a request and its answer pass whole', async () => {
  const answer = await answerOf(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method, url, headers } = request;
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(JSON.stringify([method, url, headers['x-internal-token'], body, 'Grüße']));
  });
  expect(answer).toEqual({
    status: 200,
    type: 'application/json',
    body: '["POST","/graphql?x=1","a.b.c","{\\"query\\":\\"{ a }\\"}","Grüße"]',
  });
});

test('an answer that is late, too large or cut off is a failure with its name', async () => {
  expect(await answerOf(() => {}, 50.25)).toEqual({ failure: 'late' });
  expect(await answerOf((_, response) => response.end('x'.repeat(2_000)))).toEqual({
    failure: 'broken',
  });
  expect(await answerOf((request) => request.socket.destroy())).toEqual({ failure: 'reset' });
});

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
])('an answer compressed with %s is read, a byte order mark left out', async (name, compress) => {
  const answer = await answerOf((_, response) => {
    response.setHeader('content-encoding', name);
    response.end(compress('\ufeff{"data":"Grüße"}'));
  });
  expect(answer).toMatchObject({ status: 200, body: '{"data":"Grüße"}' });
});

test('an answer that is too large only after decompression is a failure too', async () => {
  const answer = await answerOf((_, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync('x'.repeat(100_000)));
  });
  expect(answer).toEqual({ failure: 'broken' });
});

test('a request that cannot be signed is refused, and is no failure of the subgraph', async () => {
  const client = createGeneralClient({
    ...{ origin: new URL('http://127.0.0.1:9'), connections: 1, queue: 1 },
    ...{ connectTimeoutMs: 1_000, maxResponseBytes: 1_000 },
  });
  const failure = await new Promise((resolve) => {
    client.post(
      {
        path: '/graphql',
        headLinesOn: () => {
          throw new Error('There is no key.');
        },
        body: '{}',
        deadline: performance.now() + 10_000,
        signal: undefined,
        repeatable: false,
      },
      {
        answered: () => resolve('answered'),
        failed: (kind, error) => resolve([kind, error.message]),
      },
    );
  });
  expect(failure).toEqual(['refused', 'There is no key.']);
  client.close();
});
