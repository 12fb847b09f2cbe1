import type { RequestContext } from '@souk/runtime/graphql';
import { silentLogger } from '@souk/runtime/process';
import { createSubgraph, type ServedSubgraph, type Subgraph } from '@souk/runtime/subgraph';
import { composeOnce } from './compose-once.ts';
import { serveToy } from './serve-toy.ts';

const TILL = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Receipt { number: Int! replayed: Boolean! }
input PayInput { idempotencyKey: ID amount: Int! }
type Query { takings: Int! }
type Mutation {
  "Happens once for each key."
  pay(input: PayInput!): Receipt!
  "Happens each time."
  tip(amount: Int!): Receipt!
}
`;

/** A subgraph whose mutations can be counted: one that happens once per key, one each time. */
export interface Till {
  readonly subgraph: Subgraph;
  readonly supergraphSdl: string;
  /** What has happened, in order: the amounts. */
  readonly payments: readonly number[];
  readonly tips: readonly number[];
  serve(): Promise<ServedSubgraph>;
}

export async function createTill(): Promise<Till> {
  const payments: number[] = [];
  const tips: number[] = [];
  const receipts = new Map<string, number>();
  const subgraph = await createSubgraph<RequestContext>({
    name: 'till',
    typeDefs: TILL,
    resolvers: {
      Query: { takings: () => payments.length + tips.length },
      Mutation: {
        pay: (_: unknown, { input }: { input: { idempotencyKey?: string; amount: number } }) => {
          const { idempotencyKey: key, amount } = input;
          const known = key === undefined ? undefined : receipts.get(key);
          if (known !== undefined) return { number: known, replayed: true };
          const number = payments.push(amount);
          if (key !== undefined) receipts.set(key, number);
          return { number, replayed: false };
        },
        tip: (_: unknown, { amount }: { amount: number }) => ({
          number: tips.push(amount),
          replayed: false,
        }),
      },
    },
    createContext: (request) => request,
    startWorker: () => ({ close: async () => {} }),
    ready: async () => {},
    close: async () => {},
    logger: silentLogger,
  });
  const url = 'http://till.invalid/graphql';
  return {
    subgraph,
    supergraphSdl: composeOnce([{ name: 'till', url, typeDefs: TILL, file: 'till.graphql' }]),
    payments,
    tips,
    serve: () => serveToy(subgraph),
  };
}
