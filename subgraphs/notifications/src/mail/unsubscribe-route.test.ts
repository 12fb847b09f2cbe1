import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { notFound, serviceUnavailable } from '@souk/runtime/domain';
import { expect, test } from 'vitest';
import { UNSUBSCRIBE_PATH, unsubscribeRoute } from './unsubscribe-route.ts';

/** What a mail client that posts to the link is answered when this happens. */
async function posted(unsubscribe: () => Promise<void>) {
  const tokens = { ownerOf: () => 'usr_1', tokenFor: () => 'token' };
  const route = unsubscribeRoute({ tokens, unsubscribe } as never);
  const server = createServer((request, response) => void route(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const url = `http://127.0.0.1:${port}${UNSUBSCRIBE_PATH}token`;
    const { status, headers } = await fetch(url, { method: 'POST' });
    return [status, headers.get('retry-after')];
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('who calls mails off while nothing can be written is told to come again, and not that there is no such link', async () => {
  expect(await posted(async () => {})).toEqual([200, null]);
  expect(await posted(() => Promise.reject(serviceUnavailable()))).toEqual([503, '5']);
  expect(await posted(() => Promise.reject(notFound('UnsubscribeToken')))).toEqual([404, null]);
});
