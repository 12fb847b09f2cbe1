import { buildSchema, graphql } from 'graphql';
import { expect, test } from 'vitest';
import { badInput, notFound } from '../domain/errors/common-errors.ts';
import { DomainError } from '../domain/errors/domain-error.ts';
import { SeveralErrors } from '../domain/errors/several-errors.ts';
import { boundLists } from './bounded-lists.ts';
import { answerExpectedFailuresAsData } from './mutation-payloads.ts';

const schema = () =>
  answerExpectedFailuresAsData(
    buildSchema(`
      type Query { ok: Boolean }
      interface UserError { code: String! message: String! path: [String!] }
      type ValidationError implements UserError { code: String! message: String! path: [String!] }
      type StockError implements UserError { code: String! message: String! path: [String!] available: Int! }
      union OrderError = ValidationError | StockError
      type Payload { order: String replayed: Boolean! notes: [String!]! errors: [OrderError!]! }
      type Mutation { placeOrder: Payload! }
    `),
  );
const placeOrder = (resolve: () => unknown) =>
  graphql({
    schema: schema(),
    source: `mutation { placeOrder { order replayed notes errors {
      __typename ... on UserError { code message path } ... on StockError { available } } } }`,
    rootValue: { placeOrder: resolve },
  });

test('an expected failure of a declared type is data, with its own fields', async () => {
  const outOfStock = new DomainError('OUT_OF_STOCK', 'CONFLICT', 'Too few.', {
    type: 'StockError',
    path: ['input', 'lines', 0],
    data: { available: 2 },
  });
  const { data, errors } = await placeOrder(() => {
    throw outOfStock;
  });
  expect(errors).toBeUndefined();
  expect(data?.placeOrder).toEqual({
    order: null,
    replayed: false,
    notes: [],
    errors: [
      {
        __typename: 'StockError',
        code: 'OUT_OF_STOCK',
        message: 'Too few.',
        path: ['input', 'lines', '0'],
        available: 2,
      },
    ],
  });
});

test('the category gives the type when the error names none', async () => {
  const { data } = await placeOrder(async () => {
    throw badInput('No.', ['input']);
  });
  expect(data?.placeOrder).toMatchObject({ errors: [{ __typename: 'ValidationError' }] });
});

test('a failure the payload does not declare stays a top-level error', async () => {
  const { data, errors } = await placeOrder(() => {
    throw notFound('Cart');
  });
  expect(data).toBeNull();
  expect(errors?.[0]?.originalError).toMatchObject({ code: 'CART_NOT_FOUND' });
});

test('a conflict shows how the thing is by now, and no other failure does', async () => {
  const current = { placeOrder: async ({ key }: { key: string }) => ({ order: `now ${key}` }) };
  const answer = async (error: DomainError) => {
    const { data } = await graphql({
      schema: answerExpectedFailuresAsData(
        buildSchema(`
          type Query { ok: Boolean }
          type ConflictError { code: String! }
          type ValidationError { code: String! }
          union OrderError = ConflictError | ValidationError
          type Payload { order: String errors: [OrderError!]! }
          type Mutation { placeOrder(key: String!): Payload! }
        `),
        current,
      ),
      source: 'mutation { placeOrder(key: "a") { order errors { __typename } } }',
      rootValue: {
        placeOrder: () => {
          throw error;
        },
      },
    });
    return data?.placeOrder;
  };
  expect(await answer(new DomainError('TAKEN', 'CONFLICT', 'Taken.'))).toEqual({
    order: 'now a',
    errors: [{ __typename: 'ConflictError' }],
  });
  expect(await answer(badInput('No.'))).toEqual({
    order: null,
    errors: [{ __typename: 'ValidationError' }],
  });
});

test('a bug is never dressed up as an expected failure', async () => {
  const { errors } = await placeOrder(() => {
    throw new TypeError('x is not a function');
  });
  expect(errors?.[0]?.message).toBe('x is not a function');
});

test('of more mistakes than the list of errors holds the first are given, and nothing is logged', async () => {
  const warned: object[] = [];
  const { data } = await graphql({
    schema: boundLists(
      answerExpectedFailuresAsData(
        buildSchema(`
          directive @listSize(assumedSize: Int) on FIELD_DEFINITION
          type Query { ok: Boolean }
          type ValidationError { path: [String!] }
          union OrderError = ValidationError
          type Payload { errors: [OrderError!]! @listSize(assumedSize: 2) }
          type Mutation { placeOrder: Payload! }
        `),
      ),
    ),
    source: 'mutation { placeOrder { errors { ... on ValidationError { path } } } }',
    rootValue: {
      placeOrder: () => {
        throw new SeveralErrors(
          badInput('No.', ['a']),
          badInput('No.', ['b']),
          badInput('No.', ['c']),
        );
      },
    },
    contextValue: { logger: { warn: (what: object) => warned.push(what) } },
  });
  expect(data?.placeOrder).toEqual({ errors: [{ path: ['a'] }, { path: ['b'] }] });
  expect(warned).toEqual([]);
});
