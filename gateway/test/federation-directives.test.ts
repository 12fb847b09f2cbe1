import { readFileSync } from 'node:fs';
import { FEDERATION_VERSIONS } from '@apollo/federation-internals';
import { expect, onTestFinished, test } from 'vitest';
import { compose, createGateway, type GatewayOptions } from '../src/index.ts';
import { tokenFor, verifyTestTokens } from './support/start-toy.ts';
import { local } from './support/toy-shop.ts';
import { UNHURRIED } from './support/unhurried.ts';

// Every directive of federation 2 is obeyed or refused with words, none passed over in silence; the
// table in gateway/README.md says which, and each row names the test here.

interface Part {
  readonly name: string;
  readonly typeDefs: string;
  readonly resolvers?: object;
}

const LINK = (imports: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: [${imports}])\n`;
const ALL = LINK(
  [
    '@key',
    '@requires',
    '@provides',
    '@external',
    '@tag',
    '@extends',
    '@shareable',
    '@inaccessible',
    '@override',
    '@interfaceObject',
    '@authenticated',
    '@requiresScopes',
    '@cost',
    '@listSize',
    '@cacheTag',
  ]
    .map((name) => `"${name}"`)
    .join(),
);

/** A gateway over subgraphs in this process: what it answers, and which subgraphs it asked for it. */
async function serve(parts: readonly Part[], options: Partial<GatewayOptions> = {}) {
  const asked: { subgraph: string; query: string }[] = [];
  const texts = parts.map(({ name, typeDefs }) => ({
    name,
    url: `http://${name}.invalid`,
    file: `${name}.graphql`,
    typeDefs: typeDefs.startsWith('extend schema') ? typeDefs : ALL + typeDefs,
  }));
  const gateway = await createGateway({
    ...UNHURRIED,
    supergraphSdl: compose(texts),
    subgraphs: Object.fromEntries(
      parts.map(({ name, resolvers = {} }, index) => [
        name,
        local(name, texts[index]?.typeDefs ?? '', asked, resolvers),
      ]),
    ),
    verifyAccessToken: await verifyTestTokens(),
    rateLimits: 'off',
    port: 0,
    ...options,
  });
  onTestFinished(() => gateway.close());
  const ask = async (query: string, token?: string) => {
    asked.length = 0;
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify({ query }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
    const body = (await response.json()) as any;
    return { ...body, codes: (body.errors ?? []).map(({ extensions }: never) => extensions) };
  };
  return { ask, asked: () => [...new Set(asked.map(({ subgraph }) => subgraph))].sort() };
}

const BOOK = { id: '1', title: 'One', weight: 2 };
const books = (fields: string, more: object = {}): Part => ({
  name: 'books',
  typeDefs: `type Query { book: Book } type Book @key(fields: "id") { id: ID! ${fields} }`,
  resolvers: { Query: { book: () => BOOK }, Book: { __resolveReference: () => BOOK }, ...more },
});
const shop = (fields: string, resolvers: object): Part => ({
  name: 'shop',
  typeDefs: `type Book @key(fields: "id") { id: ID! ${fields} }`,
  resolvers: { Book: { __resolveReference: (book: object) => book, ...resolvers } },
});

const TESTS: Readonly<Record<string, () => Promise<void>>> = {
  key: async () => {
    const { ask, asked } = await serve([
      books('title: String'),
      shop('price: Int', { price: () => 5 }),
    ]);
    expect((await ask('{ book { title price } }')).data.book).toEqual({ title: 'One', price: 5 });
    expect(asked()).toEqual(['books', 'shop']);
  },
  requires: async () => {
    const { ask } = await serve([
      books('weight: Int'),
      shop('weight: Int @external postage: Int @requires(fields: "weight")', {
        postage: ({ weight }: typeof BOOK) => weight * 10,
      }),
    ]);
    expect((await ask('{ book { postage } }')).data.book).toEqual({ postage: 20 });
  },
  provides: async () => {
    const { ask, asked } = await serve([
      books('title: String @shareable'),
      {
        name: 'shop',
        typeDefs: `type Query { best: Book @provides(fields: "title") }
          type Book @key(fields: "id") { id: ID! title: String @external }`,
        resolvers: { Query: { best: () => BOOK } },
      },
    ]);
    expect((await ask('{ best { title } }')).data.best).toEqual({ title: 'One' });
    expect(asked()).toEqual(['shop']);
  },
  external: async () => {
    const { ask, asked } = await serve([
      books('title: String'),
      shop('title: String @external banner: String @requires(fields: "title")', {
        banner: ({ title }: typeof BOOK) => `${title}!`,
      }),
    ]);
    // What is external is never asked of the subgraph that only refers to it.
    expect((await ask('{ book { title } }')).data.book).toEqual({ title: 'One' });
    expect(asked()).toEqual(['books']);
  },
  tag: async () => {
    const { ask } = await serve([books('title: String @tag(name: "viewer")')]);
    expect((await ask('{ book { title } }')).data.book).toEqual({ title: 'One' });
  },
  extends: async () => {
    const { ask } = await serve([
      books('title: String'),
      {
        name: 'shop',
        typeDefs: 'type Book @extends @key(fields: "id") { id: ID! @external price: Int }',
        resolvers: { Book: { __resolveReference: () => ({ price: 5 }) } },
      },
    ]);
    expect((await ask('{ book { price } }')).data.book).toEqual({ price: 5 });
  },
  shareable: async () => {
    const { ask, asked } = await serve([
      books('title: String @shareable'),
      {
        name: 'shop',
        typeDefs: `type Query { best: Book }
          type Book @key(fields: "id") { id: ID! title: String @shareable }`,
        resolvers: { Query: { best: () => BOOK } },
      },
    ]);
    expect((await ask('{ best { title } }')).data.best).toEqual({ title: 'One' });
    expect(asked()).toEqual(['shop']);
  },
  inaccessible: async () => {
    const { ask } = await serve([books('title: String secret: String @inaccessible')]);
    expect((await ask('{ book { secret } }')).codes[0].code).toBe('GRAPHQL_VALIDATION_FAILED');
  },
  override: async () => {
    const moved = (label: string) => [
      books('title: String'),
      shop(`title: String @override(from: "books"${label})`, { title: () => 'moved' }),
    ];
    const titles = async (label: string, options = {}) => {
      const { ask } = await serve(moved(label), options);
      const seen = new Set<string>();
      for (let turn = 0; turn < 60; turn += 1) {
        seen.add((await ask('{ book { title } }')).data.book.title);
      }
      return [...seen].sort();
    };
    expect(await titles('')).toEqual(['moved']);
    expect(await titles(', label: "percent(100)"')).toEqual(['moved']);
    expect(await titles(', label: "percent(0)"')).toEqual(['One']);
    // One in 2^59 times this is wrong.
    expect(await titles(', label: "percent(50)"')).toEqual(['One', 'moved']);
    expect(await titles(', label: "new-titles"')).toEqual(['One']);
    expect(await titles(', label: "new-titles"', { overrideLabels: ['new-titles'] })).toEqual([
      'moved',
    ]);
  },
  composeDirective: async () => {
    const { ask } = await serve([
      {
        ...books(''),
        typeDefs: `${LINK('"@key", "@composeDirective"')}
          extend schema @link(url: "https://souk.example/shelf/v1.0", import: ["@shelf"])
            @composeDirective(name: "@shelf")
          directive @shelf(name: String!) on FIELD_DEFINITION
          type Query { book: Book }
          type Book @key(fields: "id") { id: ID! title: String @shelf(name: "A") }`,
      },
    ]);
    expect((await ask('{ book { title } }')).data.book).toEqual({ title: 'One' });
  },
  interfaceObject: async () => {
    const { ask } = await serve([
      {
        name: 'books',
        typeDefs: `type Query { thing: Thing }
          interface Thing @key(fields: "id") { id: ID! }
          type Book implements Thing @key(fields: "id") { id: ID! }`,
        resolvers: { Query: { thing: () => ({ __typename: 'Book', id: '1' }) } },
      },
      {
        name: 'shop',
        typeDefs: 'type Thing @interfaceObject @key(fields: "id") { id: ID! price: Int }',
        resolvers: { Thing: { __resolveReference: () => ({ price: 5 }) } },
      },
    ]);
    expect((await ask('{ thing { __typename price } }')).data.thing).toEqual({
      __typename: 'Book',
      price: 5,
    });
  },
  authenticated: async () => {
    const { ask } = await serve([books('title: String @authenticated')]);
    expect((await ask('{ book { title } }')).codes[0].code).toBe('UNAUTHENTICATED');
    expect((await ask('{ book { title } }', await tokenFor('usr_1'))).data.book.title).toBe('One');
  },
  requiresScopes: async () => {
    const { ask } = await serve([books('title: String @requiresScopes(scopes: [["books:read"]])')]);
    const answer = await ask('{ book { title } }', await tokenFor('usr_1'));
    expect(answer.codes[0].code).toBe('FORBIDDEN');
  },
  policy: () => refused('policy', '@policy asks'),
  context: () => refused('context', '@context, @fromContext'),
  fromContext: () => refused('context', '@context, @fromContext'),
  connect: () => refused('connect', 'REST connectors'),
  source: () => refused('connect', 'REST connectors'),
  cost: async () => {
    const { ask } = await serve([
      books(`title: String @cost(weight: 90000) by(like: Like, kind: Kind): Find }
        input Like { text: String @cost(weight: 90000) }
        enum Kind @cost(weight: 90000) { OLD NEW }
        scalar Heavy @cost(weight: 90000)
        type Dear @cost(weight: 90000) { id: ID! heavy: Heavy }
        type Cheap { id: ID! }
        union Find = Dear | Cheap
        extend type Book { heavy: Heavy kind: Kind`),
    ]);
    for (const selected of [
      'title',
      'heavy',
      'kind',
      'by { __typename }',
      'by(like: { text: "" }) { __typename }',
      'by(kind: NEW) { __typename }',
    ]) {
      expect((await ask(`{ book { ${selected} } }`)).codes[0].code, selected).toBe('COST_LIMIT');
    }
  },
  listSize: async () => {
    const { ask } = await serve([books('others: [Book] @listSize(assumedSize: 90000)')]);
    expect((await ask('{ book { others { id } } }')).codes[0].code).toBe('COST_LIMIT');
  },
  cacheTag: async () => {
    const { ask } = await serve([
      {
        ...books(''),
        typeDefs: `type Query { book: Book @cacheTag(format: "book") }
          type Book @key(fields: "id") { id: ID! title: String }`,
      },
    ]);
    expect((await ask('{ book { title } }')).data.book).toEqual({ title: 'One' });
  },
};

async function refused(specification: string, words: string) {
  const sdl = compose([
    {
      name: 'books',
      url: 'http://books.invalid',
      file: 'books.graphql',
      typeDefs: ALL + books('title: String').typeDefs,
    },
  ]).replace(
    /^schema\b/m,
    `schema @link(url: "https://specs.apollo.dev/${specification}/v0.1", for: EXECUTION)`,
  );
  await expect(createGateway({ supergraphSdl: sdl, port: 0 })).rejects.toThrow(words);
}

test.each(Object.entries(TESTS))('@%s', async (_, check) => {
  await check();
});

test('every directive of federation 2 has a row in the README, and a test', () => {
  const newest = FEDERATION_VERSIONS.latest();
  const known = newest.directiveSpecs().map(({ name }) => name);
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `@(\w+)` \|/gm)].map(([, name]) => name);
  expect(rows.sort()).toEqual([...new Set([...known, 'connect', 'source'])].sort());
  expect(Object.keys(TESTS).sort()).toEqual(rows);
});
