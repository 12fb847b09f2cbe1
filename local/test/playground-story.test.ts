import { randomUUID } from 'node:crypto';
import {
  answerOf,
  buildPlayground,
  CHROMIUM,
  launchChromium,
  openPlayground,
  runInPlayground,
} from '@souk/testkit/playground';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readmeSignIn, readmeSnippet } from './readme-snippets.ts';
import { type RunningSouk, startSouk } from './running-souk.ts';

// The README's first steps as a person takes them: in a browser, at the playground.

const register = (username: string, displayName: string) => `mutation Register_${username} {
  registerUser(input: { email: "${username}@example.org", username: "${username}", displayName: "${displayName}", password: "${randomUUID()}" }) {
    viewer { user { username } } tokens { accessToken accessTokenExpiresAt refreshToken }
    errors { ... on UserError { code message } } } }`;

const JOIN = `mutation Join($roomId: ID!) { joinRoom(id: $roomId) {
  room { name participantCount } errors { ... on UserError { code message } } } }`;

async function signIn(page: Page, { login, password }: { login: string; password: string }) {
  await page.getByLabel('E-mail or username').fill(login);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

describe.skipIf(!CHROMIUM)('in Chromium (where there is none, set CHROMIUM to its path)', () => {
  let souk: RunningSouk;
  let browser: Browser;
  beforeAll(async () => {
    buildPlayground();
    souk = await startSouk({ demo: true });
    browser = await launchChromium(CHROMIUM as string);
  });
  afterAll(async () => {
    await browser?.close();
    await souk?.[Symbol.asyncDispose]();
  });

  test('the README’s steps work when pasted: shop, open a room, listen, speak', async () => {
    const page = await openPlayground(browser, souk.url);
    await signIn(page, readmeSignIn());
    const shop = await runInPlayground(page, readmeSnippet('Shop'), '"displayName"');
    expect(shop).not.toMatch('"errors"');

    const opened = await runInPlayground(page, readmeSnippet('OpenRoom'), '"First room"');
    const roomId = /room_\w+/.exec(opened)?.[0];
    await runInPlayground(page, readmeSnippet('Room'), '"CaughtUp"', { roomId });

    const second = await openPlayground(browser, souk.url);
    await signIn(second, readmeSignIn());
    const ids = { roomId, clientMessageId: randomUUID() };
    await runInPlayground(second, readmeSnippet('Say'), '"duplicate": false', ids);
    await answerOf(page).getByText('"Hello!"').waitFor();
    await answerOf(page).getByText('"Ada Okafor"').waitFor();
  }, 60_000);

  test('two who register there talk to each other, each on a page of their own', async () => {
    const hers = await openPlayground(browser, souk.url);
    const his = await openPlayground(browser, souk.url);
    await runInPlayground(hers, register('grace', 'Grace Hopper'), '"grace"');
    await runInPlayground(his, register('alan', 'Alan Turing'), '"alan"');
    for (const page of [hers, his]) await page.getByRole('button', { name: 'Sign out' }).waitFor();

    const opened = await runInPlayground(hers, readmeSnippet('OpenRoom'), '"First room"');
    const roomId = /room_\w+/.exec(opened)?.[0];
    await runInPlayground(hers, readmeSnippet('Room'), '"CaughtUp"', { roomId });
    await runInPlayground(his, JOIN, '"participantCount": 2', { roomId });
    await runInPlayground(his, readmeSnippet('Say'), '"sequence"', {
      roomId,
      clientMessageId: randomUUID(),
    });
    await answerOf(hers).getByText('"Alan Turing"').waitFor();
    await answerOf(hers).getByText('"Hello!"').waitFor();
  }, 60_000);
});
