import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpClient, type HttpClient, type HttpRequest } from './http-client.ts';

interface Outcome {
  readonly status?: number;
  readonly body?: string;
  readonly failure?: string;
}

const client = (port: number, options: { connections?: number; queue?: number } = {}) => {
  const created = createHttpClient({
    origin: new URL(`http://127.0.0.1:${port}`),
    connections: 4,
    queue: 100,
    connectTimeoutMs: 10_000,
    maxResponseBytes: 1_000_000,
    ...options,
  });
  onTestFinished(() => created.close());
  return created;
};

const ask = (by: HttpClient, request: Partial<HttpRequest> = {}): Promise<Outcome> =>
  new Promise((resolve) => {
    by.post(
      {
        path: '/graphql',
        headLinesOn: () => 'content-type: application/json\r\n',
        body: '{}',
        deadline: performance.now() + 10_000,
        signal: undefined,
        repeatable: false,
        ...request,
      },
      {
        answered: ({ head, body }) => resolve({ status: head.status, body }),
        failed: (failure) => resolve({ failure }),
      },
    );
  });

async function serve(listener: RequestListener): Promise<{ port: number; connections: number }> {
  const server = createServer(listener);
  const seen = { port: 0, connections: 0 };
  server.on('connection', () => {
    seen.connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  seen.port = (server.address() as AddressInfo).port;
  return seen;
}

/** A server that says bytes of a test's choosing. */
async function serveBytes(onData: (socket: Socket, request: number) => void): Promise<number> {
  let requests = 0;
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => {
      requests += 1;
      onData(socket, requests);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const echo: RequestListener = async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  response.end(Buffer.concat(chunks));
};

test('bodies arrive as they are, on connections that are used again', async () => {
  const server = await serve(echo);
  const by = client(server.port);
  const bodies = ['plain', 'ünïcödé ✓ 弗', 'x'.repeat(300_000), `é${'y'.repeat(200_000)}`, ''];
  for (const body of bodies) expect(await ask(by, { body })).toEqual({ status: 200, body });
  expect(server.connections).toBe(1);
});

test('many at once share the connections there are; more than may wait are refused', async () => {
  const server = await serve(echo);
  const by = client(server.port, { connections: 2, queue: 5 });
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => ask(by)));
  expect(outcomes.filter(({ status }) => status === 200)).toHaveLength(7);
  expect(outcomes.filter(({ failure }) => failure === 'refused')).toHaveLength(3);
  expect(server.connections).toBe(2);
});

test('an answer may arrive in chunks, cut anywhere', async () => {
  const body = 'Hello wörld, '.repeat(20);
  const half = Buffer.from(body).length;
  const bytes = Buffer.concat([
    Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'),
    Buffer.from(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n',
    ),
    Buffer.from(
      `${half.toString(16)};name=value\r\n${body}\r\n5\r\nabcde\r\n0\r\nTrailer: yes\r\n\r\n`,
    ),
  ]);
  for (const size of [1, 7, 64, 10_000]) {
    const port = await serveBytes(async (socket) => {
      for (let at = 0; at < bytes.length; at += size) {
        socket.write(bytes.subarray(at, at + size));
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    const by = client(port);
    expect(await ask(by)).toEqual({ status: 200, body: `${body}abcde` });
    expect(await ask(by)).toEqual({ status: 200, body: `${body}abcde` });
  }
});

test('an answer without length ends with its connection', async () => {
  const port = await serveBytes((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'));
  expect(await ask(client(port))).toEqual({ status: 200, body: 'all of it' });
});

const COMPRESSED: [string, string, (body: string) => Buffer][] = [
  ['gzip', 'gzip', gzipSync],
  ['gzip under its old name', 'X-GZip', gzipSync],
  ['deflate', 'deflate', deflateSync],
  ['deflate without its frame', 'deflate', deflateRawSync],
  ['brotli', 'br', brotliCompressSync],
  ['nothing, and says so', 'identity', (body) => Buffer.from(body)],
];
test.each(COMPRESSED)('an answer compressed with %s is read', async (_, name, compress) => {
  const body = 'Hello wörld, '.repeat(2_000);
  const server = await serve((request, response) => {
    response.setHeader('content-encoding', name);
    if (request.url === '/whole') response.end(compress(body));
    else {
      response.write(compress(body).subarray(0, 10));
      response.end(compress(body).subarray(10));
    }
  });
  const by = client(server.port);
  expect(await ask(by, { path: '/whole' })).toEqual({ status: 200, body });
  expect(await ask(by, { path: '/chunks' })).toEqual({ status: 200, body });
  expect(server.connections).toBe(1);
});

test.each([
  ['what is not compressed at all', 'gzip', Buffer.from('{"data":{}}')],
  ['half of what was compressed', 'br', brotliCompressSync('x'.repeat(10_000)).subarray(0, 8)],
  ['an encoding nobody knows', 'zstd', Buffer.from('{}')],
  ['two encodings', 'gzip, br', Buffer.from('{}')],
  ['more than is allowed, made small', 'gzip', gzipSync('x'.repeat(2_000_000))],
])('a server that sends %s is broken', async (_, name, bytes) => {
  const server = await serve((_request, response) => {
    response.setHeader('content-encoding', name);
    response.end(bytes);
  });
  expect(await ask(client(server.port))).toEqual({ failure: 'broken' });
});

test('a byte order mark is no part of an answer', async () => {
  const bodies = ['\ufeff{"data":"plain"}', '\ufeff{"data":"ünïcödé"}', '\ufeff', '\ufeff\ufeff'];
  for (const body of bodies) {
    const server = await serve((request, response) => {
      if (request.url !== '/compressed') return void response.end(body);
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync(body));
    });
    const by = client(server.port);
    const expected = { status: 200, body: body.slice(1) };
    expect(await ask(by)).toEqual(expected);
    expect(await ask(by, { path: '/compressed' })).toEqual(expected);
  }
});

test('a connection that dies while idle is replaced, if the request may be repeated', async () => {
  const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
  const port = await serveBytes((socket, request) => {
    if (request % 2 === 1) socket.write(answer);
    else socket.destroy();
  });
  const by = client(port);
  expect(await ask(by, { repeatable: true })).toEqual({ status: 200, body: 'ok' });
  expect(await ask(by, { repeatable: true })).toEqual({ status: 200, body: 'ok' });
  expect(await ask(by, { repeatable: false })).toEqual({ failure: 'stale' });
});

test.each([
  ['more than it promised', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nfive.'],
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
  ['chunks of nonsense', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
  ['more than is allowed', 'HTTP/1.1 200 OK\r\ncontent-length: 2000000\r\n\r\n'],
])('a server that says %s is broken', async (_, bytes) => {
  const port = await serveBytes((socket) => socket.end(bytes));
  expect(await ask(client(port))).toEqual({ failure: 'broken' });
});

test.each([
  ['nothing', ''],
  ['half of its answer', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfive.'],
])('a connection that ends after %s is reset, and not its server broken', async (_, bytes) => {
  const ended = await serveBytes((socket) => socket.end(bytes));
  expect(await ask(client(ended))).toEqual({ failure: 'reset' });
  const reset = await serveBytes((socket) => socket.write(bytes, () => socket.resetAndDestroy()));
  expect(await ask(client(reset))).toEqual({ failure: 'reset' });
});

test('a time-out or cancellation gives its error, and the connection is not used again', async () => {
  const server = await serve((request, response) => {
    if (request.headers['x-hang']) return;
    response.end('ok');
  });
  const by = client(server.port);
  const hang = { headLinesOn: () => 'x-hang: yes\r\n' };
  expect(await ask(by, { ...hang, deadline: performance.now() + 60 })).toEqual({ failure: 'late' });
  const leaving = new AbortController();
  const waiting = ask(by, { ...hang, signal: leaving.signal });
  setTimeout(() => leaving.abort(), 30);
  expect(await waiting).toEqual({ failure: 'aborted' });
  expect(await ask(by, { signal: leaving.signal })).toEqual({ failure: 'aborted' });
  expect(await ask(by)).toEqual({ status: 200, body: 'ok' });
  expect(server.connections).toBe(3);
});

test('a refused connection fails at once', async () => {
  const port = await serveBytes(() => {});
  const by = client(port === 0 ? 1 : 1);
  expect(await ask(by)).toEqual({ failure: 'broken' });
});
