import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { PATIENCE_MS } from './until.ts';

const BUILD = fileURLToPath(new URL('../../../gateway/playground/build.mjs', import.meta.url));
/** By this name browsers take this machine for another one, whose pages come in the clear. */
export const NAME_OF_THE_NET = 'souk.lan';

const LOCAL_ONLY = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  // Several threads that collect garbage wait for each other where other tests have the processors: a quarter of what a page takes.
  '--js-flags=--single-threaded-gc',
  `--host-resolver-rules=MAP ${NAME_OF_THE_NET} 127.0.0.1`,
];

/**
 * Where Chromium is, or null: `test.runIf(CHROMIUM)`. `SOUK_REQUIRE_CHROMIUM=1` makes a missing one a
 * failure instead of fewer tests.
 */
export const CHROMIUM = findChromium();

function findChromium(): string | null {
  const found = [
    process.env.CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ].find((path) => path && existsSync(path));
  if (!found && process.env.SOUK_REQUIRE_CHROMIUM === '1') {
    throw new Error('SOUK_REQUIRE_CHROMIUM=1, but there is no Chromium; say where in CHROMIUM.');
  }
  return found ?? null;
}

export function buildPlayground(): void {
  const { status, stderr } = spawnSync(process.execPath, [BUILD], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

export const launchChromium = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: LOCAL_ONLY });

/** What a browser says of a gateway that was too busy for the moment, as on a machine with other tests. */
const NOT_NOW = /status of 503/;

/**
 * A page of a visitor of its own, on which nothing goes wrong but what `mayFail`, and that asks nobody but the gateway.
 */
export async function openPlayground(
  browser: Browser,
  url: string,
  mayFail: RegExp = NOT_NOW,
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  // As `until` waits.
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !mayFail.test(message.text())) wrong.push(message.text());
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== url && protocol !== 'data:' && protocol !== 'blob:')
      wrong.push(`asked ${request.url()}`);
  });
  onTestFinished(async () => {
    await context.close();
    expect(wrong).toEqual([]);
  });
  await page.goto(url);
  await page.locator('.graphiql-query-editor .view-lines').waitFor();
  return page;
}

/** Puts a named operation into the editor, runs it, and waits for something in the answer. */
export async function runInPlayground(
  page: Page,
  query: string,
  expected: string,
  variables?: object,
): Promise<string> {
  if (variables) {
    await write(page, '.graphiql-editor-tool .view-lines >> nth=0', JSON.stringify(variables));
  }
  await write(page, '.graphiql-query-editor .view-lines', query);
  // The tab takes the operation's name once the editor has read it; before, it would run the old one.
  const [, name = ''] = /\w+ (\w+)/.exec(query) ?? [];
  await page.locator('.graphiql-tab-active').getByText(name, { exact: true }).waitFor();
  await page.getByRole('button', { name: /Execute query/ }).click();
  await answerOf(page).getByText(expected).first().waitFor();
  return (await answerOf(page).innerText()).replaceAll('\u00a0', ' ');
}

/** Where a page shows what came back. */
export const answerOf = (page: Page) => page.locator('.result-window .view-lines');

async function write(page: Page, editor: string, text: string): Promise<void> {
  await page.locator(editor).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(text);
  // The editor closes brackets on its own; what it added goes again.
  await page.keyboard.press('Control+Shift+End');
  await page.keyboard.press('Delete');
}
