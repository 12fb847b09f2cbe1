import { buildSchema, type GraphQLSchema, graphql } from 'graphql';
import { expect, test } from 'vitest';
import { badInput } from '../domain/errors/common-errors.ts';
import { checkAll } from '../domain/errors/several-errors.ts';
import { checkInputs } from './check-inputs.ts';
import { answerExpectedFailuresAsData } from './mutation-payloads.ts';
import { scalarsDeclaredIn } from './scalars.ts';

const typeDefs = `
  directive @label(max: Int!) on INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION
  directive @prose(max: Int!) on INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION
  directive @searchWords(max: Int!) on ARGUMENT_DEFINITION
  directive @opaque(max: Int!) on INPUT_FIELD_DEFINITION
scalar EmailAddress
scalar Currency
scalar UUID
scalar CountryCode
scalar Locale
scalar TimeZone
  interface UserError { code: String! message: String! path: [String!] }
  type ValidationError implements UserError { code: String! message: String! path: [String!] }
  union SaveError = ValidationError
  type Payload { saved: String errors: [SaveError!]! }
  input Part { name: String! @label(max: 5) tags: [String!] @label(max: 5) part: Part currency: Currency }
  input SaveInput {
    email: EmailAddress currency: Currency country: CountryCode locale: Locale zone: TimeZone
    title: String @label(max: 5)
    text: String @prose(max: 20)
    token: String @opaque(max: 3)
    parts: [Part!]
    key: UUID
    count: Int
  }
  type Query { find(words: String @searchWords(max: 10), currency: Currency): String }
  type Mutation { save(input: SaveInput!): Payload! }
`;

function served(forms = {}): GraphQLSchema {
  const schema = buildSchema(typeDefs);
  for (const [name, scalar] of Object.entries(scalarsDeclaredIn(typeDefs))) {
    Object.assign(schema.getType(name) as object, {
      parseValue: scalar.parseValue,
      parseLiteral: scalar.parseLiteral,
    });
  }
  return answerExpectedFailuresAsData(checkInputs(schema, forms));
}

const SAVE = `mutation ($input: SaveInput!) { save(input: $input) { saved errors {
  ... on UserError { code path message } } } }`;

const save = (input: unknown, forms = {}) =>
  graphql({
    schema: served(forms),
    source: SAVE,
    variableValues: { input },
    rootValue: {
      save: (args: { input: unknown }) => ({ saved: JSON.stringify(args), errors: [] }),
    },
  });
/** What the resolver received. */
const saved = async (input: unknown): Promise<unknown> => {
  const { data, errors } = await save(input);
  expect(errors).toBeUndefined();
  return JSON.parse((data as { save: { saved: string } }).save.saved);
};
const mistakes = async (input: unknown, forms = {}) => {
  const { data, errors } = await save(input, forms);
  expect(errors).toBeUndefined();
  const payload = data?.save as { errors: { path: string[] }[] } | undefined;
  return payload?.errors.map(({ path }) => path.join('.'));
};

test('a resolver gets every value in its one form', async () => {
  const given = await saved({
    email: ' Ada@Bücher.Example ',
    currency: 'eur',
    country: 'pt',
    locale: 'PT-br',
    zone: 'Europe/Lisbon',
    title: ' e\u0301  a ',
    text: ' a\r\nb ',
    token: ' x',
    key: 'F47AC10B-58CC-4372-A567-0E02B2C3D479',
    parts: [{ name: ' a', tags: ['b ', ' c'], part: { name: 'd ' } }],
  });
  expect(given).toEqual({
    input: {
      email: 'Ada@Bücher.Example',
      currency: 'EUR',
      country: 'PT',
      locale: 'pt-BR',
      zone: 'Europe/Lisbon',
      title: 'é a',
      text: 'a\nb',
      token: ' x',
      key: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
      parts: [{ name: 'a', tags: ['b', 'c'], part: { name: 'd' } }],
    },
  });
});

test('all mistakes of one input are reported at once, each with its path', async () => {
  const input = {
    email: 'nobody',
    currency: 'XXX',
    country: 'UK',
    locale: 'en_US!',
    zone: 'Mars/Base',
    title: 'too long',
    text: 'a\u202eb',
    token: 'long',
    key: 'no',
    parts: [
      { name: '' },
      { name: 'b', tags: ['ok', '\u200b'], part: { name: 'too long', currency: 'x' } },
    ],
  };
  expect(await mistakes(input)).toEqual([
    ...['email', 'currency', 'country', 'locale', 'zone', 'title', 'text', 'token'].map(
      (name) => `input.${name}`,
    ),
    ...['0.name', '1.name', '1.tags.1', '1.part.name', '1.part.currency']
      .filter((place) => place !== '1.name')
      .map((place) => `input.parts.${place}`),
    'input.key',
  ]);
});

test('the mistakes the domain finds are reported with them, one for each place', async () => {
  const form = ({ input }: { input: { count: number; title: string } }) =>
    checkAll({
      count: () => {
        if (input.count > 1) throw badInput('Too many.', ['input', 'count']);
      },
      title: () => {
        if (input.title !== 'ok') throw badInput('Not ok.', ['input', 'title']);
      },
    });
  const forms = { save: form };
  expect(await mistakes({ title: 'a\u202eb', count: 2 }, forms)).toEqual([
    'input.title',
    'input.count',
  ]);
  // Without mistakes of form, the use case does the asking.
  expect(await mistakes({ title: 'a', count: 2 }, forms)).toEqual([]);
});

test('where there may be nothing, a text with nothing to be seen is nothing', async () => {
  expect(await saved({ title: ' ', text: '\u3164', token: '' })).toEqual({
    input: { title: null, text: null, token: '' },
  });
});

test('what is no text at all is a malformed request, not a mistake of a form', async () => {
  for (const input of [{ email: 5 }, { currency: {} }, { key: true }]) {
    expect((await save(input)).errors?.[0]?.message).toContain('Variable "$input"');
  }
});

test('written into the operation or given as variables, a value is checked the same', async () => {
  const { data, errors } = await graphql({
    schema: served(),
    source: `mutation { save(input: { email: "nobody", key: "no" }) { errors { ... on UserError { path } } } }`,
  });
  expect(errors).toBeUndefined();
  expect(data?.save).toEqual({
    errors: [{ path: ['input', 'email'] }, { path: ['input', 'key'] }],
  });
});

test('a query is refused with the place', async () => {
  const find = (args: string) =>
    graphql({ schema: served(), source: `{ find(${args}) }`, rootValue: { find: JSON.stringify } });
  expect((await find('words: " a  b ", currency: "eur"')).data?.find).toBe(
    '{"words":"a b","currency":"EUR"}',
  );
  expect((await find('words: "  "')).data?.find).toBe('{"words":null}');
  const { errors } = await find('currency: "xts"');
  expect(errors?.[0]?.path).toEqual(['find']);
  expect(errors?.[0]?.originalError).toMatchObject({
    code: 'BAD_USER_INPUT',
    argumentPath: ['currency'],
  });
});

test('a text rule without its bound is a mistake of the schema', () => {
  const schema = buildSchema(`
    directive @label(max: Int) on ARGUMENT_DEFINITION
    type Query { find(words: String @label): String }`);
  expect(() => checkInputs(schema)).toThrow('max');
});
