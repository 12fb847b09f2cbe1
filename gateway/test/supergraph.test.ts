import { until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { CompositionError, compose, createGateway } from '../src/index.ts';
import { openSocket } from './support/sockets.ts';
import { startOnFile } from './support/start-on-file.ts';

const subgraph = (name: string, typeDefs: string) => ({
  name,
  url: `http://${name}.invalid`,
  typeDefs,
  file: `${name}.graphql`,
});
const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

test('a composition error names the mistake, its file and its line', () => {
  const error = thrownBy(() =>
    compose([
      subgraph(
        'a',
        `${LINK}\ntype Query { x: Int }\ntype T @key(fields: "id") {\n  id: ID!\n  same: Int!\n}`,
      ),
      subgraph('b', `${LINK}\ntype T @key(fields: "id") {\n  id: ID!\n  same: Int!\n}`),
    ]),
  );
  expect(error).toBeInstanceOf(CompositionError);
  expect(error.message).toMatch(
    /INVALID_FIELD_SHARING: .*"T.same".*a\.graphql:5:3.*b\.graphql:4:3/s,
  );
});

test('a syntax error says so too', () => {
  expect(thrownBy(() => compose([subgraph('a', 'type Query {\n  x Int\n}')])).message).toMatch(
    /Expected ":".*a\.graphql:2:5/s,
  );
});

test('a text that is no supergraph is refused at the start', async () => {
  await expect(createGateway({ supergraphSdl: 'type Query { x: Int }', port: 0 })).rejects.toThrow(
    /supergraph|link|core/i,
  );
});

/** A gateway on a file that the test may replace, and a supergraph to put there. */
async function startOnToy() {
  const started = await startOnFile();
  return { ...started, renamed: started.toy.supergraphSdl.replaceAll('whoAsks', 'whoIsAsking') };
}

test('a new supergraph file takes effect without a restart', async () => {
  const { post, replace, renamed } = await startOnToy();
  expect((await post('{ whoAsks }')).status).toBe(200);
  replace(renamed);
  await until(async () => (await post('{ whoIsAsking }')).status === 200);
  expect((await post('{ whoAsks }')).status).toBe(400);
});

test('a broken supergraph file changes nothing and is logged with its place', async () => {
  const { post, replace, renamed, lines } = await startOnToy();
  replace('schema @link(url: "x") {\n  query: Query\n');
  await until(() => lines.find((line) => line.includes('last good one stays')));
  expect(lines.join('')).toMatch(/Syntax Error.*3:1/);
  expect((await post('{ whoAsks }')).status).toBe(200);
  replace(renamed);
  await until(async () => (await post('{ whoIsAsking }')).status === 200);
});

test('a live subscription continues when the supergraph changes elsewhere', async () => {
  const { toy, wsUrl, post, replace, renamed } = await startOnToy();
  await using socket = await openSocket(wsUrl);
  const events = socket.subscribe('subscription { notes { ... on Said { text } } }');
  await events.atLeast(1);
  replace(renamed);
  await until(async () => (await post('{ whoIsAsking }')).status === 200);
  toy.log.say('still here');
  expect((await events.atLeast(2))[1]?.data).toEqual({ notes: { text: 'still here' } });
});

test('a live subscription whose fields are gone ends with a coded error', async () => {
  const { toy, wsUrl, post, replace, renamed } = await startOnToy();
  await using socket = await openSocket(wsUrl);
  const events = socket.subscribe('subscription { notes { ... on Said { text } } }');
  await events.atLeast(1);
  replace(
    renamed
      .replaceAll('  text: String! ', '  words: String! ')
      .replace(/type Said([^}]*)text: String!/, 'type Said$1words: String!'),
  );
  await until(async () => (await post('{ whoIsAsking }')).status === 200);
  expect((await events.error())[0]?.extensions.code).toBe('SUBSCRIPTION_SCHEMA_CHANGED');
  await until(() => toy.log.subscribers === 0);
});

function thrownBy(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
