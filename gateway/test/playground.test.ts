import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Gateway } from '../src/index.ts';
import { startAccounts } from './support/accounts.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
const LOCAL_ONLY = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

let gateway: Gateway;
let browser: Browser;

beforeAll(async () => {
  const build = fileURLToPath(new URL('../playground/build.mjs', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [build], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  gateway = await startAccounts();
  if (CHROMIUM) browser = await chromium.launch({ executablePath: CHROMIUM, args: LOCAL_ONLY });
});

afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

test('the page and everything it needs come from the gateway, with a strict policy', async () => {
  const page = await fetch(gateway.url);
  expect(page.headers.get('content-type')).toMatch('text/html');
  expect(page.headers.get('content-security-policy')).toMatch("script-src 'self';");
  const html = await page.text();
  for (const [, path] of html.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
    const part = await fetch(`${gateway.url}${path}`);
    expect(part.status, path).toBe(200);
    const again = await fetch(`${gateway.url}${path}`, {
      headers: { 'if-none-match': String(part.headers.get('etag')) },
    });
    expect(again.status).toBe(304);
  }
  expect(html).not.toMatch(/https?:\/\//);
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
    const page = await openPlayground();
    await page.getByLabel('E-mail or username').fill('ada');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Wrong name or password.').waitFor();

    await page.getByLabel('Password').fill('let me in');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    expect(
      await run(page, 'query Me2 { viewer { user { username } } }', '"username": "ada"'),
    ).toMatch('"username": "ada"');

    await page.reload();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await run(page, 'subscription Live { whoAmI }', 'live as ada');
  },
);

test.runIf(CHROMIUM)(
  'each subgraph has a tab of samples, and the editor knows the schema',
  async () => {
    const page = await openPlayground();
    const tabs = await page.locator('.graphiql-tab').allInnerTexts();
    expect(tabs).toEqual(['Register', 'Browse', 'Order', 'Found', 'Rooms', 'MyNotifications']);
    await page
      .locator('.graphiql-editor-tool .view-lines')
      .first()
      .getByText('"username"')
      .first()
      .waitFor();
    // A word the schema does not have is underlined by the worker that checks the document.
    await page.locator('.squiggly-error').first().waitFor();
  },
);

/** A page on which nothing goes wrong and that asks nobody but the gateway. */
async function openPlayground(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text());
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== gateway.url && protocol !== 'data:' && protocol !== 'blob:')
      wrong.push(`asked ${request.url()}`);
  });
  onTestFinished(async () => {
    await context.close();
    expect(wrong).toEqual([]);
  });
  await page.goto(gateway.url);
  await page.locator('.graphiql-query-editor .view-lines').waitFor();
  return page;
}

/** Puts a named operation into the editor, runs it, and waits for something in the answer. */
async function run(page: Page, query: string, expected: string): Promise<string> {
  await page.locator('.graphiql-query-editor .view-lines').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(query);
  // The editor closes brackets on its own; what it added goes again.
  await page.keyboard.press('Control+Shift+End');
  await page.keyboard.press('Delete');
  // The tab takes the operation's name once the editor has read it; before, it would run the old one.
  const [, name = ''] = /\w+ (\w+)/.exec(query) ?? [];
  await page.locator('.graphiql-tab-active').getByText(name, { exact: true }).waitFor();
  await page.getByRole('button', { name: /Execute query/ }).click();
  const answer = page.locator('.result-window .view-lines');
  await answer.getByText(expected).first().waitFor();
  return (await answer.innerText()).replaceAll('\u00a0', ' ');
}
