import { type BenchCase, one } from './case.ts';

/**
 * A supergraph of the same shape, depth and sizes as the public one of the federation gateways
 * benchmark (graphql-hive/graphql-gateways-benchmark): four subgraphs, a required field, a provided
 * field, six people, nine things, eleven texts; nothing of it is copied.
 */
const readers = ['Aase', 'Bernt', 'Cecilie', 'Dagfinn', 'Eldbjørg', 'Frode'].map((name, index) => ({
  id: String(index + 1),
  name: `${name} Fjellheim`.replace('ø', 'o'),
  nickname: name.toLowerCase().replace('ø', 'o'),
  birthday: 1_100_000_000 + index,
}));
/** More of them than anybody reads: answers of any size. */
const crowd = Array.from({ length: 1_300 }, (_, index) => ({
  id: String(1_001 + index),
  name: `Reader ${index}`,
  nickname: `r${index}`,
  birthday: 1_100_000_000 + index,
}));
const readerOf = ({ id }: { id: string }) =>
  readers.find((one) => one.id === id) ?? crowd.find((one) => one.id === id);
const books = Array.from({ length: 9 }, (_, index) => ({
  isbn: String(index + 1),
  title: ['Sea', 'Fjord', 'Glass', 'Chair', 'Wind', 'Lamp', 'Grill', 'Frost', 'Sofa'][index],
  price: [899, 1299, 15, 499, 1299, 6999, 3999, 100_000, 9999][index] as number,
  weight: [100, 1000, 20, 100, 1000, 300, 2000, 6000, 800][index] as number,
  available: [0, 4, 5, 6, 8].includes(index),
}));
const WORDS =
  'the harbour lay quiet under snow while somebody counted boats that would not return and wrote every name into a book kept by the window for whoever might ask later';
const textOf = (length: number, start: number): string => {
  const words = WORDS.split(' ');
  let text = '';
  for (let at = start; text.length < length; at += 1) text += `${words[at % words.length]} `;
  return text.slice(0, length);
};
interface Opinion {
  readonly id: string;
  readonly text: string;
  readonly isbn: string;
  readonly writerId: string;
}

/** Whose opinions on what: what the two variants of the case differ in. */
interface Opinions {
  of(readerId: string): readonly Opinion[];
  on(isbn: string): readonly Opinion[];
}

const LENGTHS = [446, 288, 276, 144, 446, 288, 276, 144, 144, 144, 874];

/** As repetitive as the public data: all readers hold the same two opinions, all by one writer. */
function repetitiveOpinions(): Opinions {
  const opinions = LENGTHS.map((length, index) => ({
    id: String(index + 1),
    text: textOf(length, index * 3),
    isbn: ['1', '1', '1', '1', '2', '2', '2', '2', '3', '4', '4'][index] as string,
    writerId: '1',
  }));
  return {
    of: () => opinions.slice(0, 2),
    on: (isbn) => opinions.filter((one) => one.isbn === isbn),
  };
}

/** As many and as long, but every reader and every book has opinions of its own. */
function distinctOpinions(): Opinions {
  const make = (owner: string, count: number, start: number): Opinion[] =>
    Array.from({ length: count }, (_, index) => ({
      id: `${owner}-${index}`,
      text: `${owner}-${index} ${textOf((LENGTHS[index] as number) - 6, start + index * 3)}`,
      isbn: String(((start + index) % books.length) + 1),
      writerId: String(((start + 2 * index) % readers.length) + 1),
    }));
  const byReader = readers.map(({ id }, index) => make(`r${id}`, 2, index));
  const byBook = books.map(({ isbn }, index) => make(`b${isbn}`, index % 2 === 0 ? 4 : 3, index));
  return {
    of: (readerId) => byReader[Number(readerId) - 1] ?? [],
    on: (isbn) => byBook[Number(isbn) - 1] ?? [],
  };
}

const bookOf = ({ isbn }: { isbn: string }) => books.find((book) => book.isbn === isbn);

const BOOK = '{ available title price postage isbn weight }';

export function createLibrary(distinct: boolean): BenchCase {
  const opinions = distinct ? distinctOpinions() : repetitiveOpinions();
  return {
    name: distinct ? 'library, distinct' : 'library',
    subgraphs: [
      {
        name: 'people',
        typeDefs: `
        type Query { me: Reader reader(id: ID!): Reader readers: [Reader] crowd(first: Int = 3): [Reader] }
        type Reader @key(fields: "id") {
          id: ID! name: String nickname: String @shareable birthday: Int
        }`,
        resolvers: {
          Query: {
            me: () => readers[0],
            reader: (_: unknown, { id }: { id: string }) => readerOf({ id }),
            readers: () => readers,
            crowd: (_: unknown, { first }: { first: number }) => crowd.slice(0, first),
          },
          Reader: { __resolveReference: readerOf },
        },
      },
      {
        name: 'catalog',
        typeDefs: `
        type Query { bestBooks(first: Int = 5): [Book] }
        type Book @key(fields: "isbn") { isbn: String! title: String price: Int weight: Int }`,
        resolvers: {
          Query: { bestBooks: (_: unknown, { first }: { first: number }) => books.slice(0, first) },
          Book: { __resolveReference: bookOf },
        },
      },
      {
        name: 'stock',
        typeDefs: `
        type Book @key(fields: "isbn") {
          isbn: String! price: Int @external weight: Int @external available: Boolean
          postage: Int @requires(fields: "price weight")
        }`,
        resolvers: {
          Book: {
            __resolveReference: ({ isbn, ...required }: { isbn: string }) => ({
              isbn,
              ...required,
              available: bookOf({ isbn })?.available,
            }),
            postage: ({ price, weight }: { price: number; weight: number }) =>
              price > 1000 ? 0 : Math.floor(weight / 2),
          },
        },
      },
      {
        name: 'opinions',
        typeDefs: `
        type Opinion @key(fields: "id") {
          id: ID! text: String book: Book writer: Reader @provides(fields: "nickname")
        }
        type Reader @key(fields: "id") {
          id: ID! nickname: String @external opinions: [Opinion] rank: Int
        }
        type Book @key(fields: "isbn") { isbn: String! opinions: [Opinion] }`,
        resolvers: {
          Opinion: {
            book: ({ isbn }: Opinion) => ({ isbn }),
            writer: ({ writerId }: Opinion) => readers[Number(writerId) - 1],
          },
          Reader: {
            opinions: ({ id }: { id: string }) => opinions.of(id),
            rank: ({ id }: { id: string }) => {
              if (Number(id) % 100 === 0) throw new Error('One of a hundred has no rank.');
              return Number(id) % 7;
            },
          },
          Book: { opinions: ({ isbn }: { isbn: string }) => opinions.on(isbn) },
        },
      },
    ],
    operations: [
      one(
        'heavy',
        `query Heavy {
        readers {
          ...Reader
          opinions {
            ...Opinion
            book {
              ...Book
              opinions {
                ...Opinion
                writer { ...Reader opinions { ...Opinion book { ...Book } } }
              }
            }
          }
        }
        bestBooks {
          ...Book
          opinions {
            ...Opinion
            writer { ...Reader opinions { ...Opinion book { ...Book } } }
          }
        }
      }
      fragment Reader on Reader { id nickname name }
      fragment Opinion on Opinion { id text }
      fragment Book on Book ${BOOK}`,
      ),
      one('two-subgraphs', 'query Two { readers { id name opinions { id text } } }'),
      one('typename', '{ __typename }'),
      one('megabyte', 'query Megabyte { crowd(first: 1300) { id name opinions { id text } } }'),
      one('errors', 'query Errors { crowd(first: 300) { id name rank } }'),
      {
        ...one(
          'defer',
          `query Later {
            readers { id name }
            ... @defer { bestBooks { title opinions { id text } } }
          }`,
        ),
        isDeferred: true,
      },
    ],
  };
}
