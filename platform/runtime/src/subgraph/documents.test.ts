import { serveRoutes } from '@souk/testkit';
import { expect, test } from 'vitest';
import { createSignedCursors } from '../domain/signed-cursors.ts';
import { createSignedLinks } from '../domain/signed-links.ts';
import { documentRoute, downloadOf } from './documents.ts';

test('at most the limit of documents is written at once, and one that breaks off does not look complete', async () => {
  let address = '';
  const clock = () => new Date();
  const links = createSignedLinks(createSignedCursors('a secret'.repeat(5)), () => address);
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const failed: unknown[] = [];
  async function* write(id: string) {
    yield 'first\r\n';
    await released;
    if (id === 'broken') throw new Error('no database');
    yield 'last\r\n';
  }
  const contentType = 'text/csv';
  const documents = { table: { contentType, write } };
  const route = documentRoute(links, 'orders', documents, {
    clock,
    onFailure: (err) => failed.push(err),
  });
  await using served = await serveRoutes(() => ({ routes: [route] }));
  address = served.url;
  const fetched = (id: string) =>
    fetch(
      downloadOf(links, 'orders', { kind: 'table', id, fileName: 'a.csv', contentType }, clock())
        .url,
    );
  // One by one, each is under way when the next is asked for.
  const open: Response[] = [];
  for (let one = 0; one < 19; one += 1) open.push(await fetched('whole'));
  open.push(await fetched('broken'));
  const refused = await fetched('whole');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  release();
  for (const response of open.slice(0, 19)) expect(await response.text()).toBe('first\r\nlast\r\n');
  await expect(open[19]?.text()).rejects.toThrow();
  expect(failed).toMatchObject([{ message: 'no database' }]);
  expect((await fetched('whole')).status).toBe(200);
});
