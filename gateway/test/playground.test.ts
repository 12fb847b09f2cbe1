import {
  buildPlayground,
  CHROMIUM,
  launchChromium,
  openPlayground,
  runInPlayground,
} from '@souk/testkit/playground';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gateway } from '../src/index.ts';
import { startAccounts } from './support/accounts.ts';

let gateway: Gateway;
let browser: Browser;

beforeAll(async () => {
  buildPlayground();
  gateway = await startAccounts();
  if (CHROMIUM) browser = await launchChromium(CHROMIUM);
});

afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

test('the page and all its parts are served by the gateway, with a strict policy', async () => {
  const page = await fetch(gateway.url);
  expect(page.headers.get('content-type')).toMatch('text/html');
  expect(page.headers.get('content-security-policy')).toMatch("script-src 'self';");
  const html = await page.text();
  expect(page.headers.get('cache-control')).toBe('no-cache');
  for (const [, path] of html.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
    const part = await fetch(`${gateway.url}${path}`);
    expect(part.status, path).toBe(200);
    expect(path).toMatch(/-[A-Z0-9]{8}\./);
    expect(part.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const again = await fetch(`${gateway.url}${path}`, {
      headers: { 'if-none-match': String(part.headers.get('etag')) },
    });
    expect(again.status).toBe(304);
  }
  expect(html).not.toMatch(/https?:\/\//);
});

test.each([
  ['a browser', '', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 303],
  ['a browser that asks something', '?query={__typename}', 'text/html,*/*;q=0.8', 200],
  ['a program that takes whatever comes', '', '*/*', 400],
])('who opens the endpoint as %s', async (_who, asked, accept, status) => {
  const headers = { accept, 'apollo-require-preflight': 'yes' };
  const answer = await fetch(`${gateway.url}/graphql${asked}`, { headers, redirect: 'manual' });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('location')).toBe(status === 303 ? '/' : null);
});

test.each([
  ['br, gzip', 'br'],
  ['gzip, deflate, br', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['identity', null],
  ['zstd', null],
])('a browser that accepts %s receives scripts as %s', async (accepted, encoding) => {
  const html = await (await fetch(gateway.url)).text();
  const [, path = ''] = /src="([^"]+)"/.exec(html) ?? [];
  const asIs = await fetch(`${gateway.url}${path}`, { headers: { 'accept-encoding': 'identity' } });
  const part = await fetch(`${gateway.url}${path}`, { headers: { 'accept-encoding': accepted } });
  expect(part.headers.get('content-encoding')).toBe(encoding);
  expect(part.headers.get('vary')).toBe('Accept-Encoding');
  const [whole, sent] = [asIs, part].map(({ headers }) => Number(headers.get('content-length')));
  if (encoding) expect(sent).toBeLessThan(Number(whole) / 3);
  expect((await part.text()).length).toBe((await asIs.text()).length);
});

test.each([
  '/playground/../../package.json',
  '/playground/..%2f..%2fpackage.json',
  '/playground/.env',
  '/playground/main.js/x',
])('nothing outside the playground is served: %s', async (path) => {
  const response = await fetch(`${gateway.url}${path}`);
  expect(response.status).toBe(404);
});

test.runIf(CHROMIUM)(
  'somebody signs in, asks, and watches live, and is still there after a reload',
  async () => {
    const page = await openPlayground(browser, gateway.url);
    await page.getByLabel('E-mail or username').fill('ada');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Wrong name or password.').waitFor();

    await page.getByLabel('Password').fill('let me in');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    expect(
      await runInPlayground(
        page,
        'query Me2 { viewer { user { username } } }',
        '"username": "ada"',
      ),
    ).toMatch('"username": "ada"');

    await page.reload();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await runInPlayground(page, 'subscription Live { whoAmI }', 'live as ada');
  },
);

test.runIf(CHROMIUM)(
  'each subgraph has a tab of samples, and the editor knows the schema',
  async () => {
    const page = await openPlayground(browser, gateway.url);
    const tabs = await page.locator('.graphiql-tab').allInnerTexts();
    expect(tabs).toEqual(['Browse', 'GuestCart', 'Found', 'Rooms', 'MyNotifications', 'Register']);
    await page
      .locator('.graphiql-editor-tool .view-lines')
      .first()
      .getByText('"product"')
      .first()
      .waitFor();
    // A word the schema does not have is underlined by the worker that checks the document.
    await page.locator('.squiggly-error').first().waitFor();
  },
);
