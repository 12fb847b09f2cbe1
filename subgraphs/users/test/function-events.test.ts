import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { asListener } from '@souk/testkit';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerEventsBy } from '../src/function-events.ts';

// Events as API Gateway sends them, against a real server that says what it was asked.

let server: Server;
let answer: ReturnType<typeof answerEventsBy>;
beforeAll(async () => {
  server = createServer(
    asListener(async (request, response) => {
      const { method, url, headers } = request;
      const body = await buffer(request);
      if (url === '/picture') {
        response.setHeader('set-cookie', ['a=1; Path=/', 'b=2; Path=/']);
        response.writeHead(206, { 'content-type': 'image/webp' }).end(Buffer.from([0, 255, 128]));
        return;
      }
      const text = body.toString('base64');
      const asked = JSON.stringify({ method, url, headers, body: text });
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(asked);
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  answer = answerEventsBy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** One of the documentation's, as an HTTP API sends it. */
const event = (given: Partial<APIGatewayProxyEventV2> = {}): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: '/graphql',
  rawQueryString: '',
  headers: {
    accept: 'application/json,text/html',
    'content-type': 'application/json',
    'content-length': '17',
    host: 'r3pmxmplak.execute-api.eu-central-1.amazonaws.com',
    'x-amzn-trace-id': 'Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e',
    'x-forwarded-for': '205.255.255.176, 10.0.0.1',
    'x-internal-token': 'signed',
  },
  requestContext: {
    accountId: '123456789012',
    apiId: 'r3pmxmplak',
    domainName: 'r3pmxmplak.execute-api.eu-central-1.amazonaws.com',
    domainPrefix: 'r3pmxmplak',
    http: {
      method: 'POST',
      path: '/graphql',
      protocol: 'HTTP/1.1',
      sourceIp: '205.255.255.176',
      userAgent: 'souk-gateway',
    },
    requestId: 'JKJaXmPLvHcESHA=',
    routeKey: '$default',
    stage: '$default',
    time: '10/Mar/2026:05:16:23 +0000',
    timeEpoch: 1773119783000,
  },
  body: '{"query":"{ x }"}',
  isBase64Encoded: false,
  ...given,
});

const askedBy = async (given: Partial<APIGatewayProxyEventV2>) =>
  JSON.parse((await answer(event(given))).body ?? '');

test('a request arrives as it was sent, with every header but those of a connection', async () => {
  const { headers } = event();
  const asked = await askedBy({ headers: { ...headers, connection: 'upgrade' } });
  expect(asked).toMatchObject({ method: 'POST', url: '/graphql', headers });
  expect(Buffer.from(asked.body, 'base64').toString()).toBe('{"query":"{ x }"}');
  expect(asked.headers.connection).toBe('close');
});

test('headers named by Connection are dropped, and the host is the requested one', async () => {
  const { headers } = event();
  const { host, ...others } = headers;
  const asked = await askedBy({
    headers: { ...others, Connection: 'close, X-Hop', 'x-hop': 'of this connection' },
  });
  expect(asked.headers).not.toHaveProperty('x-hop');
  expect(asked.headers.host).toBe(host);
});

test('two identity headers in any spelling arrive as one invalid one', async () => {
  const { headers } = event();
  const asked = await askedBy({ headers: { ...headers, 'X-Internal-Token': 'another' } });
  expect(asked.headers['x-internal-token']).toBe('signed, another');
});

test('a body in base64 arrives as the bytes that it stands for, and with their length', async () => {
  const bytes = Buffer.from([0, 1, 254, 255]);
  const asked = await askedBy({ body: bytes.toString('base64'), isBase64Encoded: true });
  expect(asked.body).toBe(bytes.toString('base64'));
  expect(asked.headers['content-length']).toBe('4');
});

test('repeated headers and cookies arrive as one line each', async () => {
  const asked = await askedBy({ cookies: ['a=1', 'b=2'] });
  expect(asked.headers.cookie).toBe('a=1; b=2');
  expect(asked.headers.accept).toBe('application/json,text/html');
});

test.each([
  ['/graphql', '', '$default', '/graphql'],
  ['/live/graphql', 'a=1&b=%20', 'live', '/graphql?a=1&b=%20'],
  ['/lively', '', 'live', '/lively'],
  ['//evil.example/graphql', '', '$default', '//evil.example/graphql'],
  ['/\\evil.example/x', '', '$default', '//evil.example/x'],
  ['/\t/evil.example/x', '', '$default', '//evil.example/x'],
  ['/../a?b#c d', '', '$default', '/a%3Fb%23c%20d'],
])('the path %s?%s of stage %s is asked for as %s', async (rawPath, rawQueryString, stage, url) => {
  const { requestContext } = event();
  const asked = await askedBy({
    ...{ rawPath, rawQueryString },
    requestContext: { ...requestContext, stage },
  });
  expect(asked.url).toBe(url);
});

test('an answer that is no text goes out in base64, and cookies apart from other headers', async () => {
  const { requestContext, ...rest } = event({ rawPath: '/picture', body: undefined });
  const http = { ...requestContext.http, method: 'GET' };
  const result = await answer({ ...rest, requestContext: { ...requestContext, http } });
  expect(result).toMatchObject({
    statusCode: 206,
    headers: { 'content-type': 'image/webp' },
    cookies: ['a=1; Path=/', 'b=2; Path=/'],
    body: Buffer.from([0, 255, 128]).toString('base64'),
    isBase64Encoded: true,
  });
  expect(result.headers).not.toHaveProperty('set-cookie');
});

test('text goes out as text', async () => {
  expect(await answer(event())).toMatchObject({ statusCode: 200, isBase64Encoded: false });
});
