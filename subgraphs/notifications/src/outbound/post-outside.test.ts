import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { NotOutside, postOutside } from './post-outside.ts';
import { isPrivateAddress } from './private-addresses.ts';

test.each([
  ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1'],
  ...[
    '0.0.0.0',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '224.0.0.1',
  ],
  ...['64:ff9b::7f00:1', '64:ff9b:1::7f00:1', '2002:7f00:1::', 'not-an-address'],
  // IPv4 as translators write it, and ranges that nobody was given.
  ...['::ffff:0:7f00:1', '::7f00:1', '4000::1', '8000::1', 'fe00::1', 'fec0::1', 'ff02::1'],
  ...['100::1', '5f00::1', '3fff::1', '2001::1'],
])('%s is of our own net, or nowhere', (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

test.each([
  '1.1.1.1',
  '93.184.215.14',
  '2606:4700::1111',
  '2a00:1450::1',
  '2001:470::1',
  '::ffff:1.1.1.1',
])('%s is of the open net', (address) => {
  expect(isPrivateAddress(address)).toBe(false);
});

test('nothing is sent into our own net, by address or by name, unless it is allowed', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const to = (url: string, allowPrivate = false) =>
    postOutside({ url, headers: {}, body: 'x', allowPrivate });
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:7f00:1]', '2130706433']) {
    await expect(to(`https://${host}:${port}/`), host).rejects.toBeInstanceOf(NotOutside);
  }
  await expect(to('http://1.1.1.1/')).rejects.toBeInstanceOf(NotOutside);
  expect(asked).toEqual([]);
  // A redirect is an answer, and not followed.
  expect(await to(`http://127.0.0.1:${port}/here`, true)).toMatchObject({ status: 307 });
  expect(asked).toEqual(['/here']);
});

test('a silent server is given up, and an endless answer is cut', async () => {
  // On a busy machine the silent request may be given up before the server has read it.
  const arrived: string[] = [];
  const closed: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    arrived.push(path);
    response.on('close', () => closed.push(path));
    if (path === '/silent') return;
    response.writeHead(200);
    const more = () => {
      while (response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const to = (path: string, timeoutMs?: number) =>
    postOutside({
      ...{ url: `http://127.0.0.1:${port}${path}`, headers: {}, body: 'x' },
      ...{ allowPrivate: true, ...(timeoutMs === undefined ? {} : { timeoutMs }) },
    });
  await expect(to('/silent', 50)).rejects.toThrow('no answer in time');
  expect(await to('/endless')).toMatchObject({ status: 200 });
  await until(() => closed.includes('/endless') && closed.length === arrived.length);
});
