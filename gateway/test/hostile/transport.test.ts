import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type StartedToy, startToy } from '../support/start-toy.ts';

// Requests that are no honest GraphQL requests, each with its right answer: always JSON, always
// coded, never executed.

let toy: StartedToy;
/** One that waits a tenth of the time for a request. */
let impatient: StartedToy;
beforeAll(async () => {
  toy = await startToy({ allowedOrigins: ['https://app.example'] });
  impatient = await startToy({ arrivalLimits: { headersMs: 1_000, allMs: 2_000 } });
});
afterAll(async () => {
  await toy?.[Symbol.asyncDispose]();
  await impatient?.[Symbol.asyncDispose]();
});

const JSON_TYPE = { 'content-type': 'application/json' };
const HELLO = JSON.stringify({ query: '{ whoAsks }' });

const UPGRADE =
  'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n';

const code = ({ body }: Answer) => body.errors?.[0]?.extensions.code;

const post = (body: string | Uint8Array, headers: Record<string, string> = JSON_TYPE) =>
  toy.send({ method: 'POST', headers, body });

describe('bodies', () => {
  test.each([
    ['a batch of ten', JSON.stringify(Array(10).fill({ query: '{ whoAsks }' }))],
    ['an empty batch', '[]'],
    ['null', 'null'],
    ['a number', '42'],
    ['a string', '"x"'],
    ['nothing', ''],
    ['broken JSON', '{"query": '],
    ['a number that is none', '{"query":"{ whoAsks }","variables":{"v":NaN}}'],
    ['no query', '{}'],
    ['an empty query', '{"query":" "}'],
    ['a query that is a number', '{"query":1}'],
    ['a query that is an object', '{"query":{}}'],
    ['an operation name that is a number', '{"query":"{ whoAsks }","operationName":1}'],
    ['variables that are a list', '{"query":"{ whoAsks }","variables":[]}'],
    ['variables that are a text', '{"query":"{ whoAsks }","variables":"{}"}'],
    ['extensions that are a text', '{"query":"{ whoAsks }","extensions":"x"}'],
    [
      'forty levels of arrays in a variable nobody uses',
      `{"query":"{ whoAsks }","variables":{"x":${'['.repeat(40)}${']'.repeat(40)}}}`,
    ],
    [
      'forty thousand levels of arrays',
      `{"query":"{ whoAsks }","variables":{"x":${'['.repeat(40_000)}${']'.repeat(40_000)}}}`,
    ],
  ])('%s: 400', async (_, body) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(code(answer)).toBe('BAD_REQUEST');
  });

  test('a body above the limit: 413 before it is read', async () => {
    const answer = await post(
      JSON.stringify({ query: '{ whoAsks }', variables: { x: 'x'.repeat(300_000) } }),
    );
    expect(answer.status).toBe(413);
    expect(code(answer)).toBe('PAYLOAD_TOO_LARGE');
  });

  test('a body without a length above the limit: 413', async () => {
    const { status } = await raw(toy, (socket) => {
      socket.write(
        'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
      );
      const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
      for (let index = 0; index < 5; index += 1) socket.write(chunk);
    });
    expect(status).toBe(413);
  });

  test.each([
    ['gzip', gzipSync(Buffer.from(HELLO))],
    ['br', Buffer.from(HELLO)],
    ['nonsense', Buffer.from(HELLO)],
  ])('a body encoded as %s: 415', async (encoding, body) => {
    const answer = await post(new Uint8Array(body), { ...JSON_TYPE, 'content-encoding': encoding });
    expect(answer.status).toBe(415);
    expect(code(answer)).toBe('UNSUPPORTED_MEDIA_TYPE');
  });

  test.each(['utf-7', 'utf-16', 'latin1', 'ascii'])('charset %s: 415', async (charset) => {
    expect(
      (await post(HELLO, { 'content-type': `application/json; charset=${charset}` })).status,
    ).toBe(415);
  });

  test('charset utf-8: 200, with and without a byte order mark', async () => {
    const type = { 'content-type': 'application/json; charset=UTF-8' };
    expect((await post(HELLO, type)).status).toBe(200);
    expect((await post(`\uFEFF${HELLO}`, type)).status).toBe(200);
  });

  test('bytes that are not UTF-8: 400', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"query":"{ echo(text: \\"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('\\") }"}'),
    ]);
    expect((await post(new Uint8Array(bytes))).status).toBe(400);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    '',
    'text/plain; application/json',
    'application/graphql',
    'application/jsonp',
  ])('content type %j: 415, and nothing runs', async (type) => {
    const before = toy.toy.asked.length;
    const answer = await post(
      new Uint8Array(Buffer.from(HELLO)),
      type ? { 'content-type': type } : {},
    );
    expect(answer.status).toBe(415);
    expect(code(answer)).toBe('UNSUPPORTED_MEDIA_TYPE');
    expect(toy.toy.asked.length).toBe(before);
  });

  test('the last of two equal keys counts', async () => {
    const answer = await post('{"query":"{ slow(ms: 1) }","query":"{ whoAsks }"}');
    expect(answer.body).toEqual({ data: { whoAsks: 'nobody' } });
  });
});

describe('variables', () => {
  const echo = (variables: string, type: string, argument: string) =>
    post(`{"query":"query($v: ${type}) { echo(${argument}: $v) }","variables":${variables}}`);

  test.each(['2147483648', '1.5', '1e400', '"abc"', '"1"', 'true', '[1]'])(
    '%s for an Int: 400',
    async (value) => {
      const answer = await echo(`{"v":${value}}`, 'Int', 'count');
      expect(answer.status).toBe(400);
      expect(code(answer)).toBe('BAD_USER_INPUT');
      expect(answer.body).not.toHaveProperty('data');
    },
  );

  test('__proto__ in an input object: 400', async () => {
    const answer = await echo('{"v":{"__proto__":{"polluted":1}}}', 'Filter', 'filter');
    expect(answer.status).toBe(400);
    expect(code(answer)).toBe('BAD_USER_INPUT');
  });

  test.each(['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}'])(
    '%s beside the variables changes nothing',
    async (variables) => {
      const answer = await post(
        `{"query":"{ whoAsks }","variables":${variables},"__proto__":{"polluted":1}}`,
      );
      expect(answer.body).toEqual({ data: { whoAsks: 'nobody' } });
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
  );

  test.each([
    ['NUL', 'a\\u0000b'],
    ['half a surrogate pair', '\\ud800'],
  ])('%s in a text: 400', async (_, text) => {
    const answer = await echo(`{"v":"${text}"}`, 'String', 'text');
    expect(answer.status).toBe(400);
    expect(code(answer)).toBe('BAD_USER_INPUT');
  });

  test('a page size in a variable is limited like one in the text', async () => {
    const answer = await post(
      JSON.stringify({
        query: 'query($n: Int) { user(id: "1") { friends(first: $n) { name } } }',
        variables: { n: 1_000_000 },
      }),
    );
    expect(answer.body.errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT', limit: 'pageSize' });
  });
});

describe('methods and headers', () => {
  const search = `?query=${encodeURIComponent('{ whoAsks }')}`;

  test('a GET without a header that forces a preflight: 400', async () => {
    expect((await toy.send({}, `/graphql${search}`)).status).toBe(400);
  });

  test.each([
    ['text/event-stream,*/*'],
    ['text/event-stream'],
    ['application/json, text/event-stream'],
    ['*/*'],
    ['text/html,text/event-stream;q=0.9'],
    ['TEXT/EVENT-STREAM'],
    ['text/event-stream;charset=utf-8'],
    ['text/event-stream;q=0'],
    [`text/event-stream${','.repeat(2_000)}`],
    ['text/*'],
    ['application/graphql-response+json'],
  ])('a GET of a query with Accept %s, which any page may send: 400', async (accept) => {
    const before = toy.toy.asked.length;
    const { status } = await toy.send({ headers: { accept } }, `/graphql${search}`);
    expect([status, toy.toy.asked.length]).toEqual([400, before]);
  });

  const streamed = `/graphql?query=${encodeURIComponent('subscription { ticks }')}`;
  test.each<[string, Record<string, string>]>([
    ['accepts more than a stream', { accept: 'text/event-stream, */*' }],
    ['accepts it among others', { accept: 'text/html,text/event-stream;q=0.9' }],
    ['accepts it with a parameter', { accept: 'text/event-stream;charset=utf-8' }],
    ['accepts it in capitals', { accept: 'TEXT/EVENT-STREAM' }],
    ['accepts it among commas', { accept: `text/event-stream${','.repeat(2_000)}` }],
    ['accepts anything', { accept: '*/*' }],
    ['is of a foreign page', { accept: 'text/event-stream', origin: 'https://evil.example' }],
    ['is no EventSource', { accept: 'text/event-stream', 'sec-fetch-mode': 'no-cors' }],
  ])('a GET of a subscription that %s: 400', async (_, headers) => {
    // Not by fetch, which keeps some of these headers to itself.
    const { status } = await raw(toy, (socket) =>
      socket.write(
        `GET ${streamed} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${Object.entries(headers)
          .map(([name, value]) => `${name}: ${value}\r\n`)
          .join('')}\r\n`,
      ),
    );
    expect(status).toBe(400);
  });

  test('a GET of a query with one: 200', async () => {
    const answer = await toy.send(
      { headers: { 'apollo-require-preflight': 'yes' } },
      `/graphql${search}`,
    );
    expect(answer.body).toEqual({ data: { whoAsks: 'nobody' } });
  });

  test('a GET of a mutation: 405, and nothing runs', async () => {
    const before = toy.toy.asked.length;
    const mutation = `?query=${encodeURIComponent('mutation { register(name: "x") }')}`;
    const answer = await toy.send(
      { headers: { 'apollo-require-preflight': 'yes' } },
      `/graphql${mutation}`,
    );
    expect(answer.status).toBe(405);
    expect(toy.toy.asked.length).toBe(before);
  });

  test.each(['PUT', 'DELETE', 'PATCH', 'HEAD'])(
    '%s: 405 with the allowed methods',
    async (method) => {
      const answer = await toy.send({
        method,
        ...(method === 'HEAD' ? {} : { headers: JSON_TYPE, body: HELLO }),
      });
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe('GET, POST');
    },
  );

  test('TRACE: 405', async () => {
    const { status } = await raw(toy, (socket) =>
      socket.write('TRACE /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'),
    );
    expect(status).toBe(405);
  });

  test('CONNECT: 405, and the connection ends', async () => {
    const { status, text } = await raw(toy, (socket) =>
      socket.write('CONNECT inside.example:80 HTTP/1.1\r\nhost: x\r\n\r\n'),
    );
    expect(status).toBe(405);
    expect(text).toMatch(/allow: GET, POST.*connection: close/is);
  });

  test.each([
    ['CONNECT x:80 HTTP/1.1\r\nhost: x\r\n\r\n', '405'],
    ['NONSENSE\r\n\r\n', '400'],
    [`GET /other HTTP/1.1\r\nhost: x\r\n${UPGRADE}\r\n`, '404'],
    [`GET /graphql HTTP/1.1\r\nhost: x\r\norigin: null\r\n${UPGRADE}\r\n`, '403'],
  ])(
    'after %j the socket is closed, even if the client keeps its end open',
    async (text, status) => {
      const { hostname, port } = new URL(toy.gateway.url);
      const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
      socket.write(text);
      let answer = '';
      socket.on('data', (data) => {
        answer += data;
      });
      await once(socket, 'end');
      expect(answer).toMatch(`HTTP/1.1 ${status}`);
      // Only on a closed socket does writing fail.
      const broken = once(socket, 'error').catch((error) => [error]);
      const timer = setInterval(() => socket.write('x'), 20);
      expect((await broken)[0]).toMatchObject({ code: expect.stringMatching(/EPIPE|ECONNRESET/) });
      clearInterval(timer);
      socket.destroy();
    },
  );

  test.each([
    ['h2c', 'connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n'],
    ['a protocol of nobody', 'connection: keep-alive, upgrade\r\nupgrade: foo/2, bar\r\n'],
  ])('an offer to go on in %s is passed over, again and again', async (_, offer) => {
    const { hostname, port } = new URL(toy.gateway.url);
    const socket = connect({ host: hostname, port: Number(port) });
    let answers = '';
    socket.setEncoding('utf8').on('data', (data) => {
      answers += data;
    });
    const head = `POST /graphql HTTP/1.1\r\nhost: x\r\n${offer}content-type: application/json\r\n`;
    for (let asked = 1; asked <= 12; asked += 1) {
      const halves = [HELLO.slice(0, 5), HELLO.slice(5)];
      socket.write(`${head}content-length: ${HELLO.length}\r\n\r\n${halves[0]}`);
      // What comes later comes through the connection as it is put back.
      setImmediate(() => socket.write(halves[1] as string));
      await until(() => answers.split('"whoAsks"').length > asked);
    }
    expect(answers.match(/HTTP\/1.1 200/g)).toHaveLength(12);
    socket.destroy();
  });

  test.each([
    ['without a key', 'connection: upgrade\r\nupgrade: websocket\r\n'],
    ['to an unknown version', UPGRADE.replace('version: 13', 'version: 99')],
  ])('an upgrade %s: 400 as JSON', async (_, headers) => {
    const { status, text } = await raw(toy, (socket) =>
      socket.write(`GET /graphql HTTP/1.1\r\nhost: x\r\n${headers}\r\n`),
    );
    expect(status).toBe(400);
    expect(text).toMatch(/application\/json.*"BAD_REQUEST"/s);
  });

  test('a page asked for: no page', async () => {
    const answer = await toy.send({ headers: { accept: 'text/html' } });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch('application/json');
  });

  test('an answer as a picture: 406, and nothing runs', async () => {
    const before = toy.toy.asked.length;
    const answer = await post(HELLO, { ...JSON_TYPE, accept: 'image/png' });
    expect(answer.status).toBe(406);
    expect(code(answer)).toBe('NOT_ACCEPTABLE');
    expect(toy.toy.asked.length).toBe(before);
  });

  test.each([
    'https://evil.example',
    'null',
    'https://app.example.evil.io',
    'https://evilapp.example',
    'http://app.example',
  ])('a preflight from %s learns nothing', async (origin) => {
    const answer = await toy.send({
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(
      (await post(HELLO, { ...JSON_TYPE, origin })).headers.get('access-control-allow-origin'),
    ).toBeNull();
  });

  test('a page on the list may ask and read', async () => {
    const origin = 'https://app.example';
    const preflight = await toy.send({
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    expect(preflight.headers.get('access-control-allow-headers')).toMatch('authorization');
    expect(preflight.headers.get('access-control-allow-credentials')).toBe('true');
    expect(preflight.headers.get('access-control-allow-headers')).toMatch('souk-session');
    expect(
      (await post(HELLO, { ...JSON_TYPE, origin })).headers.get('access-control-allow-origin'),
    ).toBe(origin);
  });

  test('another path: 404 as JSON', async () => {
    const answer = await toy.send({}, '/graphq');
    expect(answer.status).toBe(404);
    expect(code(answer)).toBe('NOT_FOUND');
  });

  test('a URL of 20 KB: 431', async () => {
    const { status } = await raw(toy, (socket) =>
      socket.write(`GET /graphql?${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`),
    );
    expect(status).toBe(431);
  });

  test('a header of 16 KB: 431', async () => {
    const { status, text } = await raw(toy, (socket) =>
      socket.write(`POST /graphql HTTP/1.1\r\nhost: x\r\nx-a: ${'x'.repeat(16_384)}\r\n\r\n`),
    );
    expect(status).toBe(431);
    expect(text).toMatch('"BAD_REQUEST"');
  });

  test('two hundred headers: 431', async () => {
    const many = Array.from({ length: 200 }, (_, index) => `x-${index}: 1\r\n`).join('');
    const { status, text } = await raw(toy, (socket) =>
      socket.write(`POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${many}\r\n`),
    );
    expect(status).toBe(431);
    expect(text).toMatch('"BAD_REQUEST"');
  });

  test.each([
    ['two lengths', 'content-length: 5\r\ncontent-length: 6\r\n'],
    ['a length and chunks', 'content-length: 5\r\ntransfer-encoding: chunked\r\n'],
    ['a folded header', 'x-a: b\r\n c\r\n'],
    ['half a line end in a header', 'x-a: b\rx-b: c\r\n'],
    ['a space before the colon', 'content-length : 5\r\n'],
  ])('%s: 400 and the connection ends', async (_, headers) => {
    const { status, text } = await raw(toy, (socket) =>
      socket.write(
        `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${headers}\r\nhello`,
      ),
    );
    expect(status).toBe(400);
    expect(text).toMatch(/connection: close/i);
  });

  test('headers of every answer', async () => {
    const { headers } = await post(HELLO);
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('strict-transport-security')).toMatch('max-age=31536000');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none';frame-ancestors 'none'",
    );
  });

  test('an unknown persisted query, with and without its text: the answer is that there are none', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
    for (const body of [{ extensions }, { query: '{ whoAsks }', extensions }]) {
      const answer = await post(JSON.stringify(body));
      expect(answer.status).toBe(200);
      expect(code(answer)).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
    }
  });

  test('a client that sends its headers too slowly is let go with 408', async () => {
    const { status } = await raw(impatient, (socket) => {
      socket.write('POST /graphql HTTP/1.1\r\n');
      trickle(socket, () => 'x');
    });
    expect(status).toBe(408);
  });

  test('a client that sends its body too slowly is let go with 408, and nothing runs', async () => {
    const before = impatient.toy.asked.length;
    const length = 100 * HELLO.length;
    const { status } = await raw(impatient, (socket) => {
      socket.write(
        `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`,
      );
      trickle(socket, (sent) => HELLO[sent] ?? ' ');
    });
    expect(status).toBe(408);
    expect(impatient.toy.asked.length).toBe(before);
  });

  test('where routes take files, those may take longer, and operations may not', async () => {
    await using other = await startToy({
      arrivalLimits: { headersMs: 1_000, allMs: 1_000 },
      longestFileMs: 60_000,
      routes: [
        async (request, response) => {
          if (request.url !== '/file') return false;
          for await (const _ of request);
          response.end();
          return true;
        },
      ],
    });
    const begin = (path: string, method: string) => {
      const headers = { ...JSON_TYPE, 'content-length': HELLO.length };
      const slow = httpRequest(`${other.gateway.url}${path}`, { method, headers });
      slow.on('error', () => {});
      slow.write(HELLO.slice(1));
      return slow;
    };
    const file = begin('/file', 'PUT');
    const answered = once(file, 'response');
    const operation = begin('/graphql', 'POST');
    const [cut] = await once(operation, 'response');
    expect(cut.statusCode).toBe(408);
    // Begun before it, and still waited for.
    file.end(HELLO[0]);
    const [taken] = await answered;
    expect(taken.statusCode).toBe(200);
    operation.destroy();
  });

  test('connections are kept for further requests', async () => {
    const agentless = await new Promise<unknown>((resolve, reject) => {
      const outgoing = httpRequest(
        `${toy.gateway.url}/livez`,
        { headers: { connection: 'keep-alive' } },
        (response) => {
          response.resume();
          resolve(response.headers['keep-alive']);
        },
      );
      outgoing.once('error', reject).end();
    });
    expect(agentless).toBe('timeout=65');
  });
});

/** Goes on sending a little, until the other side has enough. */
function trickle(socket: Socket, next: (sent: number) => string): void {
  let sent = 0;
  const timer = setInterval(() => {
    socket.write(next(sent));
    sent += 1;
  }, 100);
  socket.once('close', () => clearInterval(timer));
  socket.on('error', () => {});
}

/** Whether the head says how long the body is, and so much of it is there. */
function isWhole(text: string): boolean {
  const [head, body] = text.split('\r\n\r\n', 2);
  const length = /^content-length: (\d+)/im.exec(head ?? '')?.[1];
  return body !== undefined && Buffer.byteLength(body) >= Number(length ?? 0);
}

/** What comes back on a bare socket. */
function raw(
  { gateway }: StartedToy,
  talk: (socket: Socket) => void,
): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => talk(socket));
    let text = '';
    const done = () => {
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text });
    };
    socket.on('data', (data) => {
      text += data;
      if (isWhole(text)) done();
    });
    socket.once('end', done);
    socket.once('error', (error) => (text ? done() : reject(error)));
  });
}
