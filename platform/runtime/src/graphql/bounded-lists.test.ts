import { buildSchema, graphql } from 'graphql';
import { expect, test } from 'vitest';
import { boundLists } from './bounded-lists.ts';

const SDL = `
directive @listSize(assumedSize: Int, slicingArguments: [String!]) on FIELD_DEFINITION
type Query {
  now: [Int!]! @listSize(assumedSize: 3)
  later: [Int!] @listSize(assumedSize: 3)
  free: [Int!]!
  page(first: Int): Page @listSize(assumedSize: 3, slicingArguments: ["first"])
}
type Page { edges: [Int!]! }
`;

test('a list is no longer than its schema says, whatever its resolver gives, and that is logged', async () => {
  const many = [1, 2, 3, 4, 5];
  const warned: object[] = [];
  const result = await graphql({
    schema: boundLists(buildSchema(SDL)),
    source: '{ now later free page { edges } }',
    rootValue: { now: many, later: async () => many, free: many, page: { edges: many } },
    contextValue: { logger: { warn: (what: object) => warned.push(what) }, requestId: 'req-1' },
  });
  expect(result).toEqual({
    data: { now: [1, 2, 3], later: [1, 2, 3], free: many, page: { edges: many } },
  });
  expect(warned).toEqual([
    { field: 'Query.now', size: 3, length: 5, requestId: 'req-1' },
    { field: 'Query.later', size: 3, length: 5, requestId: 'req-1' },
  ]);
});

test('what is short enough, null, or failed stays as it is', async () => {
  const result = await graphql({
    schema: boundLists(buildSchema(SDL)),
    source: '{ now later }',
    rootValue: { now: [1, 2, 3], later: null },
  });
  expect(result).toEqual({ data: { now: [1, 2, 3], later: null } });
});
