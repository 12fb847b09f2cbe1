import { notFound, serviceUnavailable } from '@souk/runtime/domain';
import { serveRoutes } from '@souk/testkit';
import { expect, test } from 'vitest';
import { UNSUBSCRIBE_PATH, unsubscribeRoute } from './unsubscribe-route.ts';

/** The answer to a mail client that posts to the link in this situation. */
async function posted(unsubscribe: () => Promise<void>) {
  const tokens = { ownerOf: () => 'usr_1', tokenFor: () => 'token' };
  const route = unsubscribeRoute({ tokens, unsubscribe } as never);
  await using served = await serveRoutes(() => ({ routes: [route] }));
  const { status, headers } = await fetch(`${served.url}${UNSUBSCRIBE_PATH}token`, {
    method: 'POST',
  });
  return [status, headers.get('retry-after')];
}

test('somebody who unsubscribes while nothing can be written is told to retry, not that the link is unknown', async () => {
  expect(await posted(async () => {})).toEqual([200, null]);
  expect(await posted(() => Promise.reject(serviceUnavailable()))).toEqual([503, '5']);
  expect(await posted(() => Promise.reject(notFound('UnsubscribeToken')))).toEqual([404, null]);
});
