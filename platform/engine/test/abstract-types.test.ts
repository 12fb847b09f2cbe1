import { expect, test } from 'vitest';
import { startTestSupergraph } from '../testing/test-supergraph.ts';

const media = [
  { __typename: 'Book', id: 'b1', title: 'Dune', pages: 600 },
  { __typename: 'Film', id: 'f1', title: 'Alien', minutes: 117 },
  { __typename: 'Draft', id: 'd1', title: 'Secret' },
];
const find = ({ id }: { id: string }) => {
  if (id === 'broken') throw new Error('Out of order.');
  return media.find((one) => one.id === id) ?? null;
};

const library = () =>
  startTestSupergraph([
    {
      name: 'catalog',
      typeDefs: `
        type Query { media: [Media] anything: [Thing] genre: Genre genres: [Genre] mustGenre: Genre! }
        interface Media @key(fields: "id") { id: ID! title: String! }
        type Book implements Media @key(fields: "id") { id: ID! title: String! pages: Int }
        type Film implements Media @key(fields: "id") { id: ID! title: String! minutes: Int }
        type Draft implements Media @key(fields: "id") @inaccessible { id: ID! title: String! }
        union Thing = Book | Film
        enum Genre { FICTION FACTS HIDDEN @inaccessible }`,
      resolvers: {
        Query: {
          media: () => media,
          anything: () => media.slice(0, 2),
          genre: () => 'HIDDEN',
          genres: () => ['FICTION', 'HIDDEN', 'FACTS'],
          mustGenre: () => 'HIDDEN',
        },
        Media: { __resolveReference: find },
        Book: { __resolveReference: find },
        Film: { __resolveReference: find },
        Draft: { __resolveReference: find },
      },
    },
    {
      name: 'comments',
      typeDefs: `
        type Query { mostDiscussed: Media discussed: [Media] brokenTalk: [Media] }
        type Media @key(fields: "id") @interfaceObject { id: ID! comments(last: Int = 2): [String!]! }`,
      resolvers: {
        Query: {
          mostDiscussed: () => ({ id: 'f1' }),
          brokenTalk: () => ['b1', 'broken'].map((id) => ({ id })),
          discussed: () => ['b1', 'gone', 'f1'].map((id) => ({ id })),
        },
        Media: { comments: ({ id }: { id: string }) => [`On ${id}`] },
      },
    },
    {
      name: 'stock',
      typeDefs: `
        type Book @key(fields: "id") { id: ID! copies: Int }
        type Film @key(fields: "id") { id: ID! copies: String }`,
      resolvers: { Book: { copies: () => 3 }, Film: { copies: () => 'many' } },
    },
  ]);

test('fields of an interface object are found for every implementing type', async () => {
  const { run, requestsTo } = library();
  const { data } = await run('{ media { __typename id comments } }');
  expect(data.media).toEqual([
    { __typename: 'Book', id: 'b1', comments: ['On b1'] },
    { __typename: 'Film', id: 'f1', comments: ['On f1'] },
    null,
  ]);
  expect(requestsTo('comments')[0]?.variables.representations).toContainEqual({
    __typename: 'Media',
    id: 'b1',
  });
});

test('the type of an interface object is fetched from the subgraph that knows it', async () => {
  const { run } = library();
  const { data } = await run('{ mostDiscussed { __typename ... on Film { minutes } comments } }');
  expect(data).toEqual({
    mostDiscussed: { __typename: 'Film', minutes: 117, comments: ['On f1'] },
  });
});

test('an object whose type nobody knows is null, without an error', async () => {
  const { run } = library();
  const { data, errors, extensions } = await run(
    '{ discussed { id comments ... on Film { minutes } ... on Book { pages } } }',
  );
  expect(data.discussed).toEqual([
    { id: 'b1', comments: ['On b1'], pages: 600 },
    null,
    { id: 'f1', comments: ['On f1'], minutes: 117 },
  ]);
  expect({ errors, extensions }).toEqual({ errors: undefined, extensions: undefined });
});

test('when the subgraph that knows the type fails, each interface object is null with one error', async () => {
  const { run } = library();
  const answered = await run('{ brokenTalk { id comments ... on Film { minutes } } }');
  expect(answered.data).toEqual({ brokenTalk: [null, null] });
  expect(answered.errors?.map(({ path }: { path: unknown[] }) => path.slice(0, 2))).toEqual([
    ['brokenTalk', 0],
    ['brokenTalk', 1],
  ]);
  expect(answered.extensions).toBeUndefined();
});

test('a type that clients cannot see is null, with a word in the extensions', async () => {
  const { run } = library();
  const { data, errors, extensions } = await run('{ media { title } }');
  expect(data.media).toEqual([{ title: 'Dune' }, { title: 'Alien' }, null]);
  expect(errors).toBeUndefined();
  expect(extensions.valueCompletion).toEqual([{ message: expect.any(String), path: ['media', 2] }]);
});

test('enum values that clients cannot see are null, by themselves or in a list', async () => {
  const { run } = library();
  expect((await run('{ genre genres }')).data).toEqual({
    genre: null,
    genres: ['FICTION', null, 'FACTS'],
  });
});

test('a hidden value where none may be missing is an error', async () => {
  const { run } = library();
  const { data, errors } = await run('{ mustGenre }');
  expect(data).toBeNull();
  expect(errors).toEqual([
    {
      message: 'Cannot return null for non-nullable field Query.mustGenre.',
      path: ['mustGenre'],
      extensions: { code: 'INVALID_ANSWER' },
    },
  ]);
});

test('one response name may mean fields of different types on different objects', async () => {
  const { run } = library();
  const { data } = await run(
    '{ anything { ... on Book { size: pages b: copies } ... on Film { size: minutes f: copies } } }',
  );
  expect(data.anything).toEqual([
    { size: 600, b: 3 },
    { size: 117, f: 'many' },
  ]);
});

test('aliases may take the names of keys and of __typename', async () => {
  const { run } = library();
  const { data } = await run(
    '{ media { id: title __typename title: id kind: __typename comments } }',
  );
  expect(data.media[0]).toEqual({
    id: 'Dune',
    __typename: 'Book',
    title: 'b1',
    kind: 'Book',
    comments: ['On b1'],
  });
});
