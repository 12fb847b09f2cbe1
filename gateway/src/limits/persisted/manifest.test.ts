import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseManifest } from './manifest.ts';
import { idOf } from './operation-id.ts';

const HOME = 'query Home { viewer { id } }';
const apollo = (operations: unknown, version: unknown = 1) =>
  JSON.stringify({ format: 'apollo-persisted-query-manifest', version, operations });

test('reads Apollo’s manifest', () => {
  const operation = { id: idOf(HOME), name: 'Home', type: 'query', body: HOME };
  expect(parseManifest(apollo([operation]))).toEqual(new Map([[idOf(HOME), HOME]]));
});

test('reads a map of texts by id', () => {
  expect(parseManifest(JSON.stringify({ [idOf(HOME)]: HOME }))).toEqual(
    new Map([[idOf(HOME), HOME]]),
  );
});

const sha1 = createHash('sha1').update(HOME).digest('hex');
test.each<[string, string, RegExp]>([
  ['no JSON', '{"format":', /^It is not JSON: /],
  ['a list', '[]', /^It is not a JSON object\.$/],
  ['nothing listed', '{}', /^It lists no operation\.$/],
  ['another format', '{"format":"relay","version":1,"operations":[]}', /format is neither/],
  ['a version to come', apollo([], 2), /format is neither/],
  ['operations by name', apollo({}), /`operations` is not a list/],
  ['an operation that is null', apollo([null]), /^operations\[0\] has an id that is not a SHA-256/],
  [
    'no text',
    apollo([{ id: idOf(HOME), name: 'Home' }]),
    /^operations\[0\] \(Home\) has no text\.$/,
  ],
  [
    'a text that was changed afterwards',
    apollo([{ id: idOf(HOME), name: 'Home', body: `${HOME} ` }]),
    /^operations\[0\] \(Home\) has an id that is not the SHA-256 of its text\.$/,
  ],
  [
    'ids by SHA-1, the client preset’s default',
    JSON.stringify({ [sha1]: HOME }),
    new RegExp(`^"${sha1}" has an id that is not a SHA-256`),
  ],
  [
    'a text that is no GraphQL',
    JSON.stringify({ [idOf('{')]: '{' }),
    /is no GraphQL document: Syntax Error/,
  ],
])('%s is refused, and where it is wrong is said', (_, json, message) => {
  expect(() => parseManifest(json)).toThrow(message);
});
