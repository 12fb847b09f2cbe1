import type { TestSubgraph } from '../test-supergraph.ts';

/**
 * One domain, described twice: as five subgraphs and, by the same functions over the same data, as
 * a single schema. Whatever the functions compute, both must answer alike.
 */
type Row = Record<string, unknown> & { readonly id: string; readonly __typename: string };
// biome-ignore lint/suspicious/noExplicitAny: rows of any type
type FieldFunction = (row: any, args: any) => unknown;

const numbered = (count: number, make: (index: number) => Omit<Row, 'id'>): Row[] =>
  Array.from({ length: count }, (_, index) => ({ id: String(index + 1), ...make(index) }) as Row);

const users = numbered(6, (index) => ({
  __typename: 'User',
  name: ['Ada', 'Bo "the" Builder', 'Çelik', 'Dë', 'Eve\\', '弗兰克'][index],
  username: `user${index}`,
  nickname: index % 3 === 0 ? null : `nick\n${index}`,
  role: ['ADMIN', 'SELLER', 'BUYER'][index % 3],
  tags: index % 2 === 0 ? [] : [`t${index}`, 'x,y}'],
  address: index === 4 ? null : { street: `Street ${index}`, city: index % 2 ? 'Oslo' : null },
  friends: [((index + 1) % 6) + 1, ((index + 3) % 6) + 1].map(String),
}));
const books = numbered(4, (index) => ({
  __typename: 'Book',
  title: `Book ${index}`,
  pages: 100 * index,
  weight: 200 + index,
  sellerId: String((index % 6) + 1),
  authorIds: index === 2 ? [] : [String(index + 1), '1'],
}));
const toys = numbered(4, (index) => ({
  id: String(index + 5),
  __typename: 'Toy',
  title: `Toy {${index}}`,
  minAge: index === 1 ? null : index,
  weight: index === 3 ? null : 50 + index,
  sellerId: String(((index + 2) % 6) + 1),
}));
const products = [...books, ...toys];
const reviews = numbered(14, (index) => ({
  __typename: 'Review',
  body: index % 5 === 0 ? null : `Body of ${index}: "}{][,"`,
  stars: index % 6,
  authorId: String((index % 6) + 1),
  productId: String(((index * 3) % 8) + 1),
  createdAt: index * 1.5,
}));
const orders = numbered(5, (index) => ({
  __typename: 'Order',
  buyerId: String((index % 6) + 1),
  productIds: [String(index + 1), String(((index + 4) % 8) + 1), String(index + 1)],
  note: { any: ['json', index, null, { nested: true }] },
}));

const byId = (rows: readonly Row[], id: unknown): Row | null =>
  rows.find((row) => row.id === id) ?? null;
const user = (id: unknown): Row | null => byId(users, id);
const product = (id: unknown): Row | null => byId(products, id);
const firstOf = (rows: readonly Row[], first: number | null | undefined): Row[] =>
  rows.slice(0, first ?? rows.length);

const ofProduct: Record<string, FieldFunction> = {
  seller: (row) => user(row.sellerId),
  reviews: (row, { first }) =>
    firstOf(
      reviews.filter((review) => review.productId === row.id),
      first,
    ),
  averageStars: (row) => {
    const stars = reviews.filter(({ productId }) => productId === row.id).map(({ stars }) => stars);
    return stars.length === 0 ? null : (stars as number[]).reduce((a, b) => a + b) / stars.length;
  },
  inStock: (row) => (row.id === '3' ? null : Number(row.id) % 2 === 0),
  warehouses: (row) => (row.id === '6' ? null : [{ code: `W${row.id}`, floor: 1 }, null]),
  shippingCost: (row, { express }) => (row.weight == null ? null : row.weight * (express ? 3 : 1)),
  label: (row) => `${row.title ?? '?'} (${row.weight ?? '?'} g)`,
};

/** By type and field; a field without a function is read from the row. */
export const fieldFunctions: Record<string, Record<string, FieldFunction>> = {
  Query: {
    users: (_, { first }) => firstOf(users, first),
    user: (_, { id }) => user(id),
    me: () => user('2'),
    products: (_, { first }) => firstOf(products, first),
    product: (_, { id }) => product(id),
    books: () => books,
    search: (_, { first }) => firstOf([...users, ...products, ...reviews].reverse(), first),
    latestReviews: (_, { stars }) =>
      reviews.filter((review) => stars == null || (review.stars as number) >= stars),
    review: (_, { id }) => byId(reviews, id),
    orders: () => orders,
    order: (_, { id }) => byId(orders, id),
    bestSellers: () => [product('5'), null, product('1')],
  },
  User: {
    friends: (row) => row.friends.map(user),
    reviews: (row, { first }) =>
      firstOf(
        reviews.filter((review) => review.authorId === row.id),
        first,
      ),
    favourite: (row) => product(String(((Number(row.id) * 5) % 8) + 1)),
    orders: (row) => orders.filter((order) => order.buyerId === row.id),
    greeting: (row, { formal }) => (formal ? `Dear ${row.name}` : `Hi ${row.name}`),
    spent: (row) => Number(row.id) * 10.25,
    shouting: (row) => String(row.greeting ?? `Dear ${row.name}`).toUpperCase(),
  },
  Book: { ...ofProduct, authors: (row) => row.authorIds.map(user) },
  Toy: ofProduct,
  Product: ofProduct,
  Review: {
    author: (row) => user(row.authorId),
    product: (row) => product(row.productId),
    isLong: (row, { over }) => (row.body ?? '').length > over,
  },
  Order: {
    buyer: (row) => user(row.buyerId),
    items: (row) => row.productIds.map((id: string) => ({ id })),
    products: (row) => row.productIds.map(product),
  },
  OrderItem: {
    product: (row) => product(row.id),
    quantity: (row) => Number(row.id) + 1,
  },
};

const rowsOf: Record<string, readonly Row[]> = {
  User: users,
  Book: books,
  Toy: toys,
  Product: products,
  Review: reviews,
  Order: orders,
};

interface Ownership {
  /** Fields that the subgraph only knows if a representation carries them. */
  readonly external?: Record<string, readonly string[]>;
  /** Types that are interfaces elsewhere and objects here. */
  readonly interfaceObjects?: readonly string[];
}

function subgraph(
  name: string,
  typeDefs: string,
  types: readonly string[],
  { external = {}, interfaceObjects = [] }: Ownership = {},
): TestSubgraph {
  const defines = (field: string): boolean => new RegExp(`\\b${field}\\b[(:]`).test(typeDefs);
  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const type of types) {
    const functions = Object.entries(fieldFunctions[type] ?? {});
    const own = Object.fromEntries(functions.filter(([field]) => defines(field)));
    const rows = rowsOf[type];
    if (rows) {
      own.__resolveReference = (reference: Row) => {
        const row = byId(rows, reference.id);
        if (!row) return null;
        const known: Record<string, unknown> = { ...row };
        for (const field of external[type] ?? []) delete known[field];
        const __typename = interfaceObjects.includes(type) ? type : row.__typename;
        return { ...known, ...reference, __typename };
      };
    }
    resolvers[type] = own;
  }
  return { name, typeDefs, resolvers };
}

export const subgraphs: readonly TestSubgraph[] = [
  subgraph(
    'accounts',
    `type Query { users(first: Int): [User!]! user(id: ID!): User me: User! }
     interface Node { id: ID! }
     enum Role { ADMIN SELLER BUYER }
     type Address { street: String! city: String }
     type User implements Node @key(fields: "id") {
       id: ID! name: String! username: String! @shareable nickname: String role: Role!
       tags: [String!]! address: Address friends: [User!]!
       greeting(formal: Boolean! = false): String!
     }`,
    ['Query', 'User'],
  ),
  subgraph(
    'products',
    `type Query {
       products(first: Int): [Product!]! product(id: ID!): Product books: [Book!]
       search(first: Int = 5): [Found!]! bestSellers: [Product]
     }
     interface Node { id: ID! }
     interface Product @key(fields: "id") { id: ID! title: String! seller: User }
     type Book implements Product & Node @key(fields: "id") {
       id: ID! title: String! pages: Int! weight: Int seller: User authors: [User!]!
     }
     type Toy implements Product & Node @key(fields: "id") {
       id: ID! title: String! minAge: Int weight: Int seller: User
     }
     type User @key(fields: "id") { id: ID! favourite: Product }
     type Review @key(fields: "id", resolvable: false) { id: ID! }
     union Found = User | Book | Toy | Review`,
    ['Query', 'Product', 'Book', 'Toy', 'User'],
  ),
  subgraph(
    'inventory',
    `type Warehouse { code: String! floor: Int }
     type Book @key(fields: "id") {
       id: ID! weight: Int @external inStock: Boolean warehouses: [Warehouse]
       shippingCost(express: Boolean): Int @requires(fields: "weight")
     }
     type Toy @key(fields: "id") {
       id: ID! weight: Int @external title: String! @external inStock: Boolean
       warehouses: [Warehouse]
       shippingCost(express: Boolean): Int @requires(fields: "weight")
       label: String @requires(fields: "title weight")
     }`,
    ['Book', 'Toy'],
    { external: { Book: ['weight'], Toy: ['weight', 'title'] } },
  ),
  subgraph(
    'reviews',
    `type Query { latestReviews(stars: Int): [Review!]! review(id: ID!): Review }
     interface Node { id: ID! }
     type Review implements Node @key(fields: "id") {
       id: ID! body: String stars: Int! createdAt: Float
       author: User! @provides(fields: "username") product: Product
       isLong(over: Int! = 12): Boolean!
     }
     type User @key(fields: "id") {
       id: ID! username: String! @external reviews(first: Int): [Review!]!
     }
     type Product @key(fields: "id") @interfaceObject {
       id: ID! reviews(first: Int = 2): [Review!]! averageStars: Float
     }`,
    ['Query', 'Review', 'User', 'Product'],
    { interfaceObjects: ['Product'] },
  ),
  subgraph(
    'orders',
    `scalar Json
     type Query { orders: [Order!]! order(id: ID!): Order }
     interface Node { id: ID! }
     type Order implements Node @key(fields: "id") {
       id: ID! note: Json buyer: User items: [OrderItem!]! products: [Product]!
     }
     type OrderItem { product: Product quantity: Int! }
     type Product @key(fields: "id") @interfaceObject { id: ID! }
     type User @key(fields: "id") {
       id: ID! greeting(formal: Boolean! = false): String! @external
       orders: [Order!]! spent: Float!
       shouting: String @requires(fields: "greeting(formal: true)")
     }`,
    ['Query', 'Order', 'OrderItem', 'User'],
    { external: { User: ['name', 'greeting'] }, interfaceObjects: ['Product'] },
  ),
];
