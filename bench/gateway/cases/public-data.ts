import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Supergraph } from '@apollo/federation-internals';
import { type BenchCase, one } from './case.ts';

interface PublicData {
  readonly users: readonly { readonly id: string; readonly username: string }[];
  readonly inventory: readonly { readonly upc: string; readonly in_stock: boolean }[];
  readonly products: readonly { readonly upc: string }[];
  readonly reviews: readonly { readonly id: string; readonly body: string; readonly upc: string }[];
}

/**
 * The public benchmark's own supergraph, query and data, from a folder with `supergraph.graphql`,
 * `heavy.graphql` and `data.json`. The resolvers say what its subgraphs say.
 */
export function publicData(folder: string): BenchCase {
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const supergraphSdl = read('supergraph.graphql');
  const { users, inventory, products, reviews } = JSON.parse(read('data.json')) as PublicData;
  const userOf = ({ id }: { id: string }) => users.find((user) => user.id === id);
  const productOf = ({ upc }: { upc: string }) => products.find((product) => product.upc === upc);
  const resolvers: Record<string, unknown> = {
    accounts: {
      Query: {
        me: () => users[0],
        user: (_: unknown, { id }: { id: string }) => userOf({ id }),
        users: () => users,
      },
      User: { __resolveReference: userOf },
    },
    products: {
      Query: {
        topProducts: (_: unknown, { first }: { first: number }) => products.slice(0, first),
      },
      Product: { __resolveReference: productOf },
    },
    inventory: {
      Product: {
        __resolveReference: (reference: { upc: string }) => ({
          ...reference,
          inStock: inventory.find(({ upc }) => upc === reference.upc)?.in_stock,
        }),
        shippingEstimate: ({ price, weight }: { price: number; weight: number }) =>
          price > 1000 ? 0 : Math.floor(weight / 2),
      },
    },
    reviews: {
      Review: {
        __resolveReference: ({ id }: { id: string }) => reviews.find((review) => review.id === id),
        product: ({ upc }: { upc: string }) => ({ upc }),
        author: () => ({ id: users[0]?.id, username: users[0]?.username }),
      },
      User: { reviews: () => reviews.slice(0, 2) },
      Product: {
        reviews: ({ upc }: { upc: string }) => reviews.filter((review) => review.upc === upc),
      },
    },
  };
  const subgraphs = Supergraph.build(supergraphSdl, { validateSupergraph: false }).subgraphs();
  return {
    name: 'public',
    supergraphSdl,
    subgraphs: subgraphs.values().map((subgraph) => ({
      name: subgraph.name,
      // Extraction writes a root type even for subgraphs that have no root fields.
      typeDefs: subgraph.toString().replace(/^schema([^{]*)\{[^}]*\}/m, 'extend schema$1'),
      resolvers: resolvers[subgraph.name],
    })),
    operations: [
      one('heavy', read('heavy.graphql')),
      one('two-subgraphs', 'query Two { users { id name reviews { id body } } }'),
      one('typename', '{ __typename }'),
    ],
  };
}
