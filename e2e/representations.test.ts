import { SUBGRAPHS } from '@souk/runtime/events';
import type { Subgraph } from '@souk/runtime/subgraph';
import {
  type GraphQLObjectType,
  getNamedType,
  isLeafType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningSouk, startSouk } from './running-souk.ts';

// Entities are a door of their own to every subgraph: a representation without its key must not
// find the first row of a table, nor one with a filter for a key.

let souk: RunningSouk;
beforeAll(async () => {
  souk = await startSouk({ demo: true });
});
afterAll(() => souk[Symbol.asyncDispose]());

const viewer = { userId: 'usr_01h455vb4pex5vsknk084sn02q', sessionId: 'ses_1', roles: [] };

const entityTypesOf = ({ schema }: Subgraph): readonly GraphQLObjectType[] => {
  const union = schema.getType('_Entity');
  return isUnionType(union) ? union.getTypes() : [];
};

/** All that a type tells without being asked for more. */
const leavesOf = (type: GraphQLObjectType) =>
  Object.values(type.getFields())
    .filter(({ args }) => !args.some(({ type: given }) => isNonNullType(given)))
    .filter(({ type: given }) => isLeafType(getNamedType(given)))
    .map(({ name }) => name);

async function entity(subgraph: Subgraph, type: GraphQLObjectType, representation: object) {
  const leaves = leavesOf(type).map((name) => `${name}: ${name}`);
  const { data, errors } = await subgraph.execute({
    query: `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on ${type.name} { ${['__typename', ...leaves].join(' ')} } } }`,
    variables: { representations: [representation] },
    identity: { viewer, requestId: 'test' },
  });
  return { found: (data?._entities as (object | null)[] | null)?.[0] ?? null, errors };
}

describe.each(SUBGRAPHS)('%s', (name) => {
  test('has entities', () => {
    expect(entityTypesOf(souk.subgraphs[name]).every(isObjectType)).toBe(true);
    expect(entityTypesOf(souk.subgraphs[name]).length).toBeGreaterThan(0);
  });

  const noKeys: [string, object][] = [
    ['no key', {}],
    ['null for a key', { id: null }],
    ['an empty key', { id: '' }],
    ['a filter for a key', { id: { contains: '' } }],
    ['a list for a key', { id: [] }],
    ['a key of another kind', { id: 'nope_01h455vb4pex5vsknk084sn02q' }],
    ['a key with wildcards', { id: '%' }],
    ['a key of 10 KB', { id: 'x'.repeat(10_000) }],
  ];
  test.each(noKeys)('shows nothing for %s', async (_, keys) => {
    const subgraph = souk.subgraphs[name];
    for (const type of entityTypesOf(subgraph)) {
      const given: Record<string, unknown> = { __typename: type.name, ...keys };
      const { found, errors } = await entity(subgraph, type, given);
      // A type owned elsewhere may be there by the key it was asked for, and says no more.
      const told = Object.entries(found ?? {}).filter(
        ([field, value]) => value !== null && value !== given[field],
      );
      expect({ type: type.name, told }).toEqual({ type: type.name, told: [] });
      expect(JSON.stringify(errors ?? [])).not.toMatch(/prisma|postgres|select |stack/i);
    }
  });
});

test.each(['Nope', '__proto__', 'constructor', 'Query', ''])(
  'an entity of type %j does not exist, and no schema is shown',
  async (__typename) => {
    for (const subgraph of Object.values(souk.subgraphs)) {
      const { data, errors } = await subgraph.execute({
        query:
          'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }',
        variables: { representations: [{ __typename, id: 'usr_1' }] },
        identity: { viewer: null, requestId: 'test' },
      });
      expect((data?._entities as unknown[] | undefined)?.[0] ?? null).toBeNull();
      expect(errors).toEqual([
        expect.objectContaining({
          message: 'Something went wrong on our side.',
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'test' },
        }),
      ]);
    }
  },
);
