import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from '@souk/testkit';
import {
  answerOf,
  buildPlayground,
  CHROMIUM,
  launchChromium,
  NAME_OF_THE_NET,
  openPlayground,
  runInPlayground,
} from '@souk/testkit/playground';
import { Kind, parse, print } from 'graphql';
import { generate } from 'otplib';
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type StartedProvider, startProvider } from '../subgraphs/users/test/identity-provider.ts';
import { readmeSignIn, readmeSnippet } from './readme-snippets.ts';
import { type RunningSouk, startSouk } from './running-souk.ts';

// The README's first steps as a person takes them: in a browser, at the playground.

const register = (
  username: string,
  displayName: string,
  password = randomUUID() as string,
) => `mutation Register_${username} {
  registerUser(input: { email: "${username}@example.org", username: "${username}", displayName: "${displayName}", password: "${password}" }) {
    challenge { challengeId } errors { ... on UserError { code message } } } }`;

const JOIN = `mutation Join($roomId: ID!) { joinRoom(roomId: $roomId) {
  room { name participantCount } errors { ... on UserError { code message } } } }`;

const ADDRESS = {
  ...{ name: 'Ada Lovelace', line1: '12 Market Street', city: 'London' },
  ...{ postalCode: 'W1 1AA', country: 'GB' },
};

/** An operation of a tab that the playground opens with. */
function sampleOf(subgraph: string, name: string): string {
  const file = new URL(`../gateway/playground/samples/${subgraph}.graphql`, import.meta.url);
  const found = parse(readFileSync(file, 'utf8')).definitions.find(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.name?.value === name,
  );
  if (!found) throw new Error(`The samples of ${subgraph} have no operation ${name}.`);
  return print(found);
}

/** How a page asks the endpoint beside it; "not now" is asked again, as by any client. */
const askInPage = `async function ask(query, variables, token) {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: 'Bearer ' + token } : {}) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (response.status === 503) {
    await new Promise((resume) => setTimeout(resume, 200));
    return ask(query, variables, token);
  }
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}`;

/** Opens an account at the playground, and leaves its tab signed in. */
async function join(page: Page, username: string, displayName: string, password?: string) {
  await runInPlayground(page, register(username, displayName, password), '"challengeId"');
  // The code of the caught mail is there by itself.
  await page.getByText(`The code mailed to ${username}@example.org`).waitFor();
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

/** As if the access tokens of its sessions were about to end. */
const letAccessEnd = (page: Page) =>
  page.evaluate(`localStorage.setItem('souk.playground.sessions', JSON.stringify(
    JSON.parse(localStorage.getItem('souk.playground.sessions')).map((session) => ({ ...session, expiresAt: 0 }))))`);

async function signOut(page: Page) {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
}

const ERRORS = 'errors { ... on UserError { code message } }';
const TOKENS =
  'tokens { accessToken accessTokenExpiresAt refreshToken } viewer { user { username } }';

async function signIn(page: Page, { login, password }: { login: string; password: string }) {
  await page.getByLabel('E-mail or username').fill(login);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

/** Makes a page as narrow as a telephone for a moment. */
async function fitsATelephone(page: Page) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  const width = () => page.evaluate('document.documentElement.scrollWidth');
  expect(await width()).toBe(390);
  for (const what of [
    page.getByRole('button', { name: 'bo', exact: true }),
    page.getByRole('button', { name: /Execute query/ }),
    page.locator('.result-window'),
    page.locator('.graphiql-query-editor'),
  ]) {
    const box = await what.boundingBox();
    expect(box?.width).toBeGreaterThan(30);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
    expect((box?.y ?? 0) + Math.min(60, box?.height ?? 0)).toBeLessThanOrEqual(844);
  }
  if (before) await page.setViewportSize(before);
}

/** Whom another provider of identities knows. */
const KNOWN_ELSEWHERE = {
  nia: {
    ...{ email: 'nia@mail.example', email_verified: true },
    ...{ name: 'Nia Okafor', preferred_username: 'Nia.O' },
  },
};

interface BegunOidc {
  readonly identityProviders: object[];
  readonly ceremonyId: string;
  readonly authorizationUrl: string;
  readonly errors: object[];
}

describe.skipIf(!CHROMIUM)('in Chromium (where there is none, set CHROMIUM to its path)', () => {
  let souk: RunningSouk;
  let browser: Browser;
  let provider: StartedProvider & { readonly redirectUri: string };
  /** The page that the provider sends browsers back to. */
  let comingBack: Server;
  beforeAll(async () => {
    buildPlayground();
    comingBack = createServer((_, response) => response.end('Back.'));
    await new Promise<void>((resolve) => comingBack.listen(0, '127.0.0.1', resolve));
    const { port } = comingBack.address() as AddressInfo;
    const redirectUri = `http://localhost:${port}/signed-in`;
    const client = { clientId: 'souk', clientSecret: 'a secret for tests', redirectUri };
    provider = { ...(await startProvider(KNOWN_ELSEWHERE, client)), redirectUri };
    const { clientId, clientSecret } = client;
    const corp = { name: 'corp', label: 'Corp', issuer: provider.issuer, clientId, clientSecret };
    const IDENTITY_PROVIDERS = JSON.stringify([{ ...corp, redirectUris: [redirectUri] }]);
    souk = await startSouk({
      demo: true,
      settings: { IDENTITY_PROVIDERS, ALLOWED_ORIGINS: `http://${NAME_OF_THE_NET}` },
    });
    browser = await launchChromium(CHROMIUM as string);
  });
  afterAll(async () => {
    await browser?.close();
    await souk?.[Symbol.asyncDispose]();
    await provider?.[Symbol.asyncDispose]();
    comingBack?.close();
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
    for (const sequence of [1, 2]) {
      const ids = { roomId, clientMessageId: randomUUID() };
      await runInPlayground(second, readmeSnippet('Say'), '"duplicate": false', ids);
      await answerOf(page)
        .getByText(`"received": ${sequence + 1}`)
        .waitFor();
    }
    // What comes is a growing list, newest on top, until it is stopped.
    const list = (await answerOf(page).innerText()).replaceAll('\u00a0', ' ');
    expect(list.match(/"Hello!"/g)).toHaveLength(2);
    expect(list).toContain('"Ada Okafor"');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: /Execute query/ }).waitFor();
  });

  test('it opens on an answer, with everything in reach on a telephone, one click makes the tab a demo person, and ▶ runs what the cursor is in', async () => {
    const page = await openPlayground(browser, souk.url);
    await answerOf(page).getByText('"displayName"').first().waitFor();
    await fitsATelephone(page);

    await page.getByRole('button', { name: 'bo', exact: true }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    const me = await runInPlayground(
      page,
      'query Myself { viewer { user { username } } }',
      '"username": "bo"',
    );
    expect(me).toMatch('"username": "bo"');
    await page.getByRole('button', { name: 'ada', exact: true }).click();
    await page.getByRole('button', { name: 'ada', exact: true, pressed: true }).waitFor();

    await page.locator('.graphiql-tab').getByText('Rooms').click();
    const editor = page.locator('.graphiql-query-editor .view-lines');
    await editor.getByText('publicRooms').first().click();
    await page.getByRole('button', { name: /Execute query/ }).click();
    await answerOf(page).getByText('"publicRooms"').waitFor();
  });

  test('by a name of the net, without TLS, it signs in, makes keys and renews, and the mailbox copies codes', async () => {
    const url = souk.url.replace('127.0.0.1', NAME_OF_THE_NET);
    // What Chromium says of one of our headers that it passes over there.
    await souk.register('over_the_net', 'Lana Lan');
    const page = await openPlayground(browser, url, /status of 50[34]|Cross-Origin-Opener-Policy/);
    expect(await page.evaluate('[isSecureContext, typeof crypto.randomUUID]')).toEqual([
      false,
      'undefined',
    ]);
    await page.getByRole('button', { name: 'bo', exact: true }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await page.locator('.graphiql-tab').getByText('Rooms').click();
    const keys = await page.locator('.graphiql-editor-tool .view-lines').first().innerText();
    expect(keys).toMatch(/"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"/);
    await letAccessEnd(page);
    const renewal = page.waitForResponse((answer) =>
      Boolean(answer.request().postData()?.includes('PlaygroundRefresh')),
    );
    await page.reload();
    expect(await (await renewal).text()).toContain('"refreshToken"');

    await page.goto(`${url}/dev/mailbox`);
    await page.getByRole('button', { name: 'Copy the code' }).first().click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
  });

  test('a guest goes from the catalogue to a paid order by the samples, and comes back with the token', async () => {
    const page = await openPlayground(browser, souk.url);
    // Without blanks: long lines are shown in several.
    const run = async (subgraph: string, name: string, expected: string, variables?: object) => {
      const answer = await runInPlayground(page, sampleOf(subgraph, name), expected, variables);
      expect(answer).not.toMatch('"errors": [\n');
      return answer.replace(/\s/g, '');
    };
    const catalogue = await run('products', 'Browse', '"availability"');
    const variantId = /"(var_\w+)"/.exec(catalogue)?.[1];
    const key = randomUUID();
    const cart = await run('orders', 'GuestCart', '"version"', { variantId, key });
    const cartId = /"(crt_\w+)"/.exec(cart)?.[1];
    const checkout = { cartId, email: 'guest@example.org', shippingAddress: ADDRESS };
    const ready = await run('orders', 'Address', '"minorUnits"', { checkout });
    const [, cartVersion] = /"version":(\d+)/.exec(ready) ?? [];
    const [, minorUnits, currency] = /"minorUnits":(\d+),"currency":"(\w+)"/.exec(ready) ?? [];
    const input = {
      ...{ cartId, cartVersion: Number(cartVersion), idempotencyKey: randomUUID() },
      expectedTotal: { minorUnits: Number(minorUnits), currency },
      paymentMethodCode: 'test_card',
    };
    const placed = await run('orders', 'Checkout', '"guestAccess"', { input });
    const [, number] = /"number":"([^"]+)"/.exec(placed) ?? [];
    const [, token] = /"token":"([^"]+)"/.exec(placed) ?? [];
    // Paid as soon as the stock is set aside, which may take a moment.
    await expect
      .poll(() => run('orders', 'GuestOrder', '"timeline"', { number, token }))
      .toMatch('"status":"PAID"');
  });

  test('a passkey of the browser is added, and signs in again without a name', async () => {
    const page = await openPlayground(browser, souk.url.replace('127.0.0.1', 'localhost'));
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
        ...{ hasUserVerification: true, isUserVerified: true },
      },
    });
    const { token } = await souk.register('passkey_owner', 'Pia Keys');
    const add = `async () => {
      const ask = ${askInPage};
      const begun = await ask('mutation { beginPasskeyRegistration { ceremonyId options } }', {}, ${JSON.stringify(token)});
      const { ceremonyId, options } = begun.beginPasskeyRegistration;
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
      const credential = (await navigator.credentials.create({ publicKey })).toJSON();
      const { registerPasskey } = await ask(
        'mutation ($input: RegisterPasskeyInput!) { registerPasskey(input: $input) { passkey { name } errors { ... on UserError { code } } } }',
        { input: { ceremonyId, credential, name: 'this browser' } }, ${JSON.stringify(token)});
      return registerPasskey;
    }`;
    expect(await page.evaluate(`(${add})()`)).toEqual({
      passkey: { name: 'this browser' },
      errors: [],
    });
    const signIn = `async () => {
      const ask = ${askInPage};
      const begun = await ask('mutation { beginPasskeySignIn { ceremonyId options } }', {});
      const { ceremonyId, options } = begun.beginPasskeySignIn;
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
      const credential = (await navigator.credentials.get({ publicKey })).toJSON();
      const { signInWithPasskey } = await ask(
        'mutation ($input: SignInWithPasskeyInput!) { signInWithPasskey(input: $input) { viewer { user { username } } tokens { accessToken } errors { ... on UserError { code } } } }',
        { input: { ceremonyId, credential } });
      return { ...signInWithPasskey, tokens: signInWithPasskey.tokens !== null };
    }`;
    expect(await page.evaluate(`(${signIn})()`)).toEqual({
      viewer: { user: { username: 'passkey_owner' } },
      tokens: true,
      errors: [],
    });
  });

  test('an authenticator app is set up, and its code asked for at the next sign-in', async () => {
    const page = await openPlayground(browser, souk.url);
    const person = { login: 'totp_owner', password: randomUUID() };
    await join(page, person.login, 'Tove App', person.password);
    const begin = `mutation BeginApp { beginTotpEnrolment { secret ${ERRORS} } }`;
    const secret = /"secret":\s*"([A-Z2-7]+)"/.exec(
      await runInPlayground(page, begin, '"secret"'),
    )?.[1];
    const codeIn = (seconds: number) =>
      generate({ secret: secret as string, epoch: Math.floor(Date.now() / 1_000) + seconds });
    const confirm = `mutation ConfirmApp { confirmTotpEnrolment(code: "${await codeIn(0)}") {
      recoveryCodes ${ERRORS} } }`;
    expect(await runInPlayground(page, confirm, '"recoveryCodes"')).toMatch('"errors": []');

    await signOut(page);
    await page.getByLabel('E-mail or username').fill(person.login);
    await page.getByLabel('Password').fill(person.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const code = page.getByLabel('Code of your app');
    await code.fill('000000');
    await page.getByRole('button', { name: 'Confirm', exact: true }).click();
    await page.getByRole('alert').getByText(/code/i).waitFor();
    // That of now has been used; of the next one, which the app shows in a moment, each try is another.
    await code.fill(await codeIn(30));
    await page.getByRole('button', { name: 'Confirm', exact: true }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    const me = 'query WithApp { viewer { security { totpEnabled recoveryCodesLeft } } }';
    expect(await runInPlayground(page, me, '"recoveryCodesLeft": 10')).toMatch(
      '"totpEnabled": true',
    );
  });

  test('somebody who forgot the password sets another with a mailed code', async () => {
    const page = await openPlayground(browser, souk.url);
    const [username, before, after] = ['forgetful', randomUUID(), randomUUID()];
    await join(page, username, 'Fay Lost', before);
    await signOut(page);
    const ask = `mutation Forgot { requestPasswordReset(email: "${username}@example.org") {
      challenge { challengeId } ${ERRORS} } }`;
    const challengeId = /chl_[\w-]+/.exec(await runInPlayground(page, ask, '"challengeId"'))?.[0];
    const mailbox = await page.context().newPage();
    await mailbox.goto(`${souk.url}/dev/mailbox`);
    const mail = mailbox
      .locator('article', { hasText: `to ${username}@example.org` })
      .filter({ hasText: 'code for a new password' });
    const code = /[A-Z2-9]{4}-[A-Z2-9]{4}/.exec(await mail.innerText())?.[0];
    await mailbox.close();
    const reset = `mutation Reset { resetPassword(input: {
      challengeId: "${challengeId}", code: "${code}", newPassword: "${after}" }) { ${TOKENS} ${ERRORS} } }`;
    expect(await runInPlayground(page, reset, '"refreshToken"')).toMatch('"errors": []');

    // The answer signed this tab in.
    await signOut(page);
    await page.getByLabel('E-mail or username').fill(username);
    await page.getByLabel('Password').fill(before);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
    await signIn(page, { login: username, password: after });
  });

  test('a page whose tokens were renewed, and that never had the answer, stays signed in', async () => {
    const page = await openPlayground(browser, souk.url, /status of 503|ERR_FAILED/);
    await join(page, 'tunnel', 'Tia Tunnel');
    const renewals = { busy: 0, lost: 0 };
    let kind: keyof typeof renewals = 'busy';
    await page.route('**/graphql', async (route: Route) => {
      if (!route.request().postData()?.includes('PlaygroundRefresh')) return route.continue();
      if (kind === 'busy') {
        renewals.busy += 1;
        return route.fulfill({ status: 503, json: { errors: [{ message: 'Not now.' }] } });
      }
      await route.fetch();
      renewals.lost += 1;
      return route.abort();
    });
    await letAccessEnd(page);
    await page.reload();
    const me = (nth: number) => `query Me${nth} { viewer { user { username } } }`;
    await runInPlayground(page, me(1), '"username": "tunnel"');
    expect(renewals.busy).toBeGreaterThan(0);
    kind = 'lost';
    await page.getByRole('button', { name: /Execute query/ }).click();
    await expect.poll(() => renewals.lost).toBeGreaterThan(0);
    await page.unroute('**/graphql');
    await sql(
      { databaseUrl: souk.databaseUrls.users },
      "UPDATE refresh_token SET used_at = used_at - interval '1 hour' WHERE used_at IS NOT NULL",
      [],
    );
    await runInPlayground(page, me(2), '"username": "tunnel"');
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
  });

  test('somebody with an account at another provider signs in through its pages', async () => {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(souk.url);
    const begun = await page.evaluate(`(async () => {
      const ask = ${askInPage};
      const { identityProviders } = await ask('{ identityProviders { name label } }', {});
      const { beginOidcSignIn } = await ask(
        'mutation ($provider: String!, $page: URL!) { beginOidcSignIn(provider: $provider, redirectUri: $page) { ceremonyId authorizationUrl errors { ... on UserError { code } } } }',
        { provider: identityProviders[0].name, page: ${JSON.stringify(provider.redirectUri)} });
      return { identityProviders, ...beginOidcSignIn };
    })()`);
    const { identityProviders, ceremonyId, authorizationUrl, errors } = begun as BegunOidc;
    expect(errors).toEqual([]);
    expect(identityProviders).toEqual([{ name: 'corp', label: 'Corp' }]);
    await page.goto(authorizationUrl);
    await page.locator('input[name=login]').fill('nia');
    await page.locator('input[name=password]').fill('any');
    await page.locator('button[type=submit]').click();
    // It asks whether we may know who they are.
    await page.locator('form').getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(`${provider.redirectUri}?**`);
    const { searchParams } = new URL(page.url());
    const [answered, state] = [searchParams.get('code'), searchParams.get('state')];
    await page.goto(souk.url);
    const input = { ceremonyId, code: answered, state };
    const signedIn = await page.evaluate(`(async () => {
      const ask = ${askInPage};
      const { completeOidcSignIn } = await ask(
        'mutation ($input: CompleteOidcSignInInput!) { completeOidcSignIn(input: $input) { viewer { email emailVerified user { username } } tokens { accessToken } errors { ... on UserError { code } } } }',
        { input: ${JSON.stringify(input)} });
      const { tokens, ...rest } = completeOidcSignIn;
      return { ...rest, tokens: tokens !== null };
    })()`);
    expect(signedIn).toEqual({
      viewer: { email: 'nia@mail.example', emailVerified: true, user: { username: 'nia_o' } },
      ...{ tokens: true, errors: [] },
    });
  });

  test('the mailbox adds new mail without moving the rest, as text, with its code to copy', async () => {
    const context = await browser.newContext({
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(`${souk.url}/dev/mailbox`);
    const mailTo = (address: string) => page.locator('article', { hasText: `to ${address}` });
    const { email } = await souk.register('mailed_one', 'Mia Santos');
    await mailTo(email).getByText('To open your account').waitFor();
    const first = await mailTo(email).elementHandle();
    await mailTo(email).getByRole('button', { name: 'Copy the code' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(await mailTo(email).innerText()).toContain(copied);
    await mailTo((await souk.register('mailed_two', 'Nia Santos')).email).waitFor();
    expect(await first?.evaluate((node: { isConnected?: boolean }) => node.isConnected)).toBe(true);
  });

  test('two people register there and chat, each on their own page', async () => {
    const hers = await openPlayground(browser, souk.url);
    const his = await openPlayground(browser, souk.url);
    for (const [page, username, name] of [
      [hers, 'grace', 'Grace Hopper'],
      [his, 'alan', 'Alan Turing'],
    ] as const) {
      await join(page, username, name);
    }

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
  });
});
