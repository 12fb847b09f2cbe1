import { expect, test } from 'vitest';
import type { PreparedOperation, WithheldFields } from '../src/index.ts';
import { startTestSupergraph } from '../testing/test-supergraph.ts';

const REASON = { code: 'FORBIDDEN', message: 'Not for you.' };
const withheld = (...names: string[]): WithheldFields => ({
  key: names.join(),
  reasonFor: (type, field) => (names.includes(`${type}.${field}`) ? REASON : undefined),
});

const people = () =>
  startTestSupergraph([
    {
      name: 'people',
      typeDefs: `
        interface Named { name: String }
        type Query { me: User all: [User!]! some: [User] nobody: User named: Named }
        type Mutation { open: User close: User! }
        type User implements Named @key(fields: "id") {
          id: ID! name: String secret: String pin: Int! boss: User }`,
      resolvers: {
        Query: {
          me: () => USER,
          all: () => [USER, USER],
          some: () => [USER, null],
          nobody: () => null,
          named: () => ({ __typename: 'User', ...USER }),
        },
        Mutation: { open: () => USER, close: () => USER },
        User: { boss: () => USER },
      },
    },
  ]);

const USER = { id: '1', name: 'Ada', secret: 'x', pin: 7 };

async function ask(query: string, ...names: string[]) {
  const { engine, requests } = people();
  const prepared = (engine.prepare(query) as PreparedOperation).withholding(withheld(...names));
  const { data, errors } = await engine.execute(prepared, {}, { requestId: 'test' });
  const shown = errors?.map(({ path, extensions }) => `${path?.join('.')} ${extensions?.code}`);
  return { data, shown, asked: requests.map((request) => request.query).join('\n') };
}

const USER_SECRET = 'User.secret';
const USER_PIN = 'User.pin';

test.each<[string, string, string[], unknown, string[] | undefined]>([
  [
    'what may be null is null',
    '{ me { name secret } }',
    [USER_SECRET],
    { me: { name: 'Ada', secret: null } },
    ['me.secret FORBIDDEN'],
  ],
  [
    'what may not takes its object with it',
    '{ me { name pin } }',
    [USER_PIN],
    { me: null },
    ['me.pin FORBIDDEN'],
  ],
  [
    'and rises to what may be null',
    '{ all { pin } }',
    [USER_PIN],
    null,
    ['all.0.pin FORBIDDEN', 'all.1.pin FORBIDDEN'],
  ],
  [
    'each of a list has an error of its own',
    '{ some { s: secret } }',
    [USER_SECRET],
    { some: [{ s: null }, null] },
    ['some.0.s FORBIDDEN'],
  ],
  [
    'of what is not there nothing is reported',
    '{ nobody { secret } }',
    [USER_SECRET],
    { nobody: null },
    undefined,
  ],
  [
    'in a fragment it is the same field',
    '{ me { ... on User { secret } secret } }',
    [USER_SECRET],
    { me: { secret: null } },
    ['me.secret FORBIDDEN'],
  ],
  [
    'on an interface it is one of the type',
    '{ named { name ... on User { secret } } }',
    [USER_SECRET],
    { named: { name: 'Ada', secret: null } },
    ['named.secret FORBIDDEN'],
  ],
  [
    'what is withheld whole has nothing below it',
    '{ me { name boss { secret } } }',
    ['User.boss', USER_SECRET],
    { me: { name: 'Ada', boss: null } },
    ['me.boss FORBIDDEN'],
  ],
])('%s', async (_, query, names, data, shown) => {
  const answer = await ask(query, ...names);
  expect({ data: answer.data, shown: answer.shown }).toEqual({ data, shown });
  expect(answer.asked).not.toMatch(/secret|pin|boss/);
});

test('a mutation that is withheld is not done, and others are', async () => {
  const { data, shown, asked } = await ask(
    'mutation { open { name } close { name } }',
    'Mutation.close',
  );
  expect({ data, shown }).toEqual({ data: null, shown: ['close FORBIDDEN'] });
  expect(asked).toContain('open');
  expect(asked).not.toContain('close');
});

test('where all is withheld nothing is asked', async () => {
  const { data, shown, asked } = await ask('{ me { name } }', 'Query.me');
  expect({ data, shown, asked }).toEqual({
    data: { me: null },
    shown: ['me FORBIDDEN'],
    asked: '',
  });
});

test('the same operation for others is another, and for the same the same', () => {
  const { engine } = people();
  const all = engine.prepare('{ me { name secret } }') as PreparedOperation;
  const some = all.withholding(withheld(USER_SECRET));
  expect(some).not.toBe(all);
  expect(all.withholding(withheld(USER_SECRET))).toBe(some);
  expect(all.withholding(withheld('User.name'))).not.toBe(some);
});

test('fields withheld from clients are still fetched for the plan', async () => {
  const { engine, requests } = people();
  const text = '{ me { name mark_0: id } }';
  const prepared = engine.prepare(text, undefined, { internalNames: new Set(['mark_0']) });
  const answer = await engine.execute(prepared as PreparedOperation, {}, { requestId: 'test' });
  expect(answer).toEqual({ data: { me: { name: 'Ada' } } });
  expect(requests[0]?.query).toContain('mark_0:id');
});

test('extensions are part of answers and refusals alike', async () => {
  const { engine } = people();
  const context = { requestId: 'test', extensions: { cost: 3 } };
  const prepared = engine.prepare('query($yes: Boolean!) { me { name @include(if: $yes) } }');
  const answer = await engine.execute(prepared as PreparedOperation, { yes: true }, context);
  expect(answer).toEqual({ data: { me: { name: 'Ada' } }, extensions: { cost: 3 } });
  const refused = await engine.execute(prepared as PreparedOperation, {}, context);
  expect(refused).toMatchObject({
    errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    extensions: { cost: 3 },
  });
});
