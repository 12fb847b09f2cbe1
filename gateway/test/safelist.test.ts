import { createHash } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@souk/runtime/process';
import { until } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { persistedOptionsOf } from '../src/limits/persisted/settings.ts';
import { openSocket } from './support/sockets.ts';
import { type Answer, type StartedToy, startToy } from './support/start-toy.ts';
import { ADA, createToy } from './support/toy-shop.ts';

// Only the operations of a manifest run, whichever way they come.

const LISTED = 'query Listed($id: ID!) { user(id: $id) { name } }';
const LISTED_NOTES = 'subscription Notes { notes { ... on CaughtUp { replayed } } }';
const LISTED_MUTATION = 'mutation Register { register(name: "x") }';
const UNLISTED = 'query Unlisted { whoAsks }';
const UNLISTED_NOTES = 'subscription Unlisted { notes { __typename } }';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const byId = (text: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: sha256(text) } },
});
const manifestOf = (...texts: string[]) =>
  JSON.stringify({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: texts.map((body) => ({ id: sha256(body), name: 'X', type: 'query', body })),
  });

/** A gateway on a manifest that the test may replace, and what it logs. */
async function startListed(mode: 'log' | 'enforce', texts: string[], more: object = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'souk manifest '));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const manifestFile = join(folder, 'manifest.json');
  const replace = (json: string) => {
    writeFileSync(`${manifestFile}.new`, json);
    renameSync(`${manifestFile}.new`, manifestFile);
  };
  replace(manifestOf(...texts));
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({
    name: 'test',
    destination: { write: (line: string) => void lines.push(JSON.parse(line)) },
  });
  const toy = await startToy({
    persistedOperations: { safelist: { mode, manifestFile, pollMs: 20 }, ...more },
    logger,
  });
  return {
    toy,
    replace,
    lines,
    [Symbol.asyncDispose]: () => toy[Symbol.asyncDispose](),
  };
}

const send = (toy: StartedToy, body: object, headers: Record<string, string> = {}) =>
  toy.send({
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** Of the errors that a stream tells of. */
const codesIn = ({ body }: Answer): string[] =>
  [...String(body).matchAll(/"code":"([A-Z_]+)"/g)].flatMap(([, code]) => code ?? []);
const codeOf = ({ body }: Answer) => body.errors?.[0]?.extensions.code;
const variables = { id: ADA };
const ANSWER = { data: { user: { name: 'Ada' } } };

test('enforced: listed operations run by id and by text, and nothing else runs', async () => {
  await using listed = await startListed('enforce', [LISTED, LISTED_MUTATION]);
  const { toy } = listed;
  for (let time = 0; time < 3; time += 1) {
    expect((await send(toy, { ...byId(LISTED), variables })).body).toEqual(ANSWER);
    expect((await send(toy, { query: LISTED, variables })).body).toEqual(ANSWER);
    expect((await send(toy, { query: LISTED, ...byId(LISTED), variables })).body).toEqual(ANSWER);
  }
  expect((await send(toy, byId(LISTED_MUTATION))).body.data.register).toBe('x');
  const before = toy.toy.asked.length;
  for (const body of [
    { query: UNLISTED },
    byId(UNLISTED),
    { query: UNLISTED, ...byId(UNLISTED) },
    { query: `${LISTED} `, variables },
    { query: `${LISTED} ${UNLISTED}`, operationName: 'Unlisted' },
    { query: '{ __schema { types { name } } }' },
    { query: '{ not even GraphQL' },
  ]) {
    const answer = await send(toy, body);
    expect(answer.status).toBe(400);
    expect(codeOf(answer)).toBe('PERSISTED_QUERY_REQUIRED');
    expect(answer.body).not.toHaveProperty('data');
  }
  const mismatch = await send(toy, { query: UNLISTED, ...byId(LISTED) });
  expect([mismatch.status, codeOf(mismatch)]).toEqual([400, 'BAD_REQUEST']);
  expect(toy.toy.asked.length).toBe(before);
});

test('enforced: by GET likewise', async () => {
  await using listed = await startListed('enforce', [LISTED]);
  const get = (parameters: Record<string, string>) =>
    listed.toy.send(
      { headers: { 'apollo-require-preflight': 'yes' } },
      `/graphql?${new URLSearchParams(parameters)}`,
    );
  const extensions = JSON.stringify(byId(LISTED).extensions);
  expect((await get({ extensions, variables: JSON.stringify(variables) })).body).toEqual(ANSWER);
  expect(codeOf(await get({ query: UNLISTED }))).toBe('PERSISTED_QUERY_REQUIRED');
});

test.each([
  ['depth', 'GRAPHQL_VALIDATION_FAILED', 16],
  ['cost', 'COST_LIMIT', 12],
])('enforced: the limit of %s holds for listed operations too', async (limit, code, levels) => {
  const deep = `{ user(id: "${ADA}") { ${'friends { '.repeat(levels)}name${' }'.repeat(levels + 1)} }`;
  await using listed = await startListed('enforce', [deep]);
  const { status, body } = await send(listed.toy, byId(deep));
  expect([status, body.errors[0].extensions]).toEqual([400, { code, limit }]);
});

test.each(['text/event-stream', 'multipart/mixed;subscriptionSpec="1.0"'])(
  'enforced: subscriptions as %s likewise',
  async (accept) => {
    await using listed = await startListed('enforce', [LISTED_NOTES]);
    const { toy } = listed;
    // Who accepts nothing but a stream is told in one.
    const byText = await send(toy, { query: UNLISTED_NOTES }, { accept });
    expect(byText.headers.get('content-type')).toContain(accept.split(';')[0]);
    expect(codesIn(byText)).toEqual(['PERSISTED_QUERY_REQUIRED']);
    expect(codeOf(await send(toy, byId(UNLISTED_NOTES), { accept }))).toBe(
      'PERSISTED_QUERY_REQUIRED',
    );
    expect(toy.toy.log.subscribers).toBe(0);
    const stop = new AbortController();
    const { body } = await fetch(toy.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify(byId(LISTED_NOTES)),
      signal: stop.signal,
    });
    let read = '';
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      read += Buffer.from(chunk).toString();
      if (read.includes('"replayed":0')) break;
    }
    stop.abort();
  },
);

test('enforced: subscriptions by WebSocket likewise', async () => {
  await using listed = await startListed('enforce', [LISTED_NOTES]);
  const { toy } = listed;
  await using socket = await openSocket(toy.wsUrl);
  const [refused] = await socket.subscribe(UNLISTED_NOTES).error();
  expect(refused?.extensions.code).toBe('PERSISTED_QUERY_REQUIRED');
  expect(toy.toy.log.subscribers).toBe(0);
  const [event] = await socket.subscribe(LISTED_NOTES).atLeast(1);
  expect(event?.data.notes).toEqual({ replayed: 0 });
});

test('enforced: subscriptions by WebSocket and id likewise', async () => {
  await using listed = await startListed('enforce', [LISTED_NOTES]);
  const { toy } = listed;
  await using socket = await openSocket(toy.wsUrl);
  const subscribe = (id: string, payload: object) =>
    socket.send({ id, type: 'subscribe', payload: { query: '', ...payload } });
  const answered = (id: string) => until(() => socket.messages.find((given) => given.id === id));
  subscribe('listed', byId(LISTED_NOTES));
  expect((await answered('listed'))?.payload.data.notes).toEqual({ replayed: 0 });
  subscribe('unlisted', byId(UNLISTED_NOTES));
  expect((await answered('unlisted'))?.payload[0].extensions.code).toBe('PERSISTED_QUERY_REQUIRED');
  subscribe('mismatch', { ...byId(LISTED_NOTES), query: UNLISTED_NOTES });
  expect((await answered('mismatch'))?.payload[0].extensions.code).toBe('BAD_REQUEST');
  expect(socket.isOpen).toBe(true);
});

test('a new manifest takes effect without a restart, for operations known before, too', async () => {
  await using listed = await startListed('enforce', [LISTED]);
  const { toy, replace, lines } = listed;
  const asks = async (text: string) =>
    codeOf(await send(toy, { query: text, variables })) ?? 'runs';
  for (let time = 0; time < 3; time += 1) expect(await asks(LISTED)).toBe('runs');
  replace(JSON.stringify({ [sha256(UNLISTED)]: UNLISTED }));
  await until(async () => (await asks(UNLISTED)) === 'runs');
  expect(await asks(LISTED)).toBe('PERSISTED_QUERY_REQUIRED');
  expect(codeOf(await send(toy, { ...byId(LISTED), variables }))).toBe('PERSISTED_QUERY_REQUIRED');

  replace('{"broken":');
  await until(() => lines.find(({ msg }) => /manifest.*refused.*last good one/.test(String(msg))));
  expect(await asks(UNLISTED)).toBe('runs');
  expect(await asks(LISTED)).toBe('PERSISTED_QUERY_REQUIRED');
});

test('logged: an unlisted operation runs and is logged once, without its values', async () => {
  await using listed = await startListed('log', [LISTED]);
  const { toy, lines } = listed;
  const secret = 'mutation Enter { login(name: "secret-name") }';
  for (let time = 0; time < 3; time += 1) {
    expect((await send(toy, { query: LISTED, variables })).body).toEqual(ANSWER);
    expect((await send(toy, { query: UNLISTED })).body.data.whoAsks).toBe('nobody');
    expect((await send(toy, { query: secret })).body.data.login).toMatch('secret-name');
  }
  await using socket = await openSocket(toy.wsUrl);
  await socket.subscribe(UNLISTED_NOTES).atLeast(1);
  const logged = lines.filter(({ msg }) => String(msg).includes('not in the manifest'));
  expect(logged).toEqual([
    expect.objectContaining({ id: sha256(UNLISTED), operations: ['Unlisted'] }),
    expect.objectContaining({ id: sha256(secret), operations: ['Enter'] }),
    expect.objectContaining({ id: sha256(UNLISTED_NOTES) }),
  ]);
  expect(JSON.stringify(logged)).not.toMatch('secret-name');
});

test('logged: an unknown id asks for the text, which then runs', async () => {
  await using listed = await startListed('log', [LISTED]);
  const { toy } = listed;
  expect((await send(toy, { ...byId(LISTED), variables })).body).toEqual(ANSWER);
  const unknown = await send(toy, byId(UNLISTED));
  expect([unknown.status, codeOf(unknown)]).toEqual([200, 'PERSISTED_QUERY_NOT_FOUND']);
  expect((await send(toy, { query: UNLISTED, ...byId(UNLISTED) })).body.data.whoAsks).toBe(
    'nobody',
  );
  expect(codeOf(await send(toy, byId(UNLISTED)))).toBe('PERSISTED_QUERY_NOT_FOUND');
});

test('logged and registering: an id is registered by its text', async () => {
  await using listed = await startListed('log', [LISTED], { automatic: true });
  const { toy } = listed;
  expect((await send(toy, { query: UNLISTED, ...byId(UNLISTED) })).status).toBe(200);
  expect((await send(toy, byId(UNLISTED))).body.data.whoAsks).toBe('nobody');
});

test('a manifest that is not there or broken is reported at the start, with its name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'souk manifest '));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const manifestFile = join(folder, 'manifest.json');
  const toy = createToy();
  const start = () =>
    startToy({ persistedOperations: { safelist: { mode: 'enforce', manifestFile } } }, toy);
  await expect(start()).rejects.toThrow(/manifest of operations .*manifest\.json: ENOENT/);
  writeFileSync(manifestFile, manifestOf(LISTED).replace('Listed', 'Altered'));
  await expect(start()).rejects.toThrow(
    /manifest\.json: operations\[0\] \(X\) has an id that is not the SHA-256 of its text/,
  );
});

test('a process takes it from its environment', () => {
  const options = (env: NodeJS.ProcessEnv) => persistedOptionsOf(loadConfig(env));
  expect(options({})).toEqual({ automatic: false });
  expect(options({ APQ: 'on' })).toEqual({ automatic: true });
  expect(options({ SAFELIST: 'enforce', SAFELIST_MANIFEST: 'm.json' })).toEqual({
    automatic: false,
    safelist: { mode: 'enforce', manifestFile: 'm.json' },
  });
  expect(() => options({ SAFELIST: 'log' })).toThrow('SAFELIST=log needs SAFELIST_MANIFEST');
  expect(() => options({ SAFELIST: 'yes' })).toThrow(/SAFELIST must be one of off, log, enforce/);
});
