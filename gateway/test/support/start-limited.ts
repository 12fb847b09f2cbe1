import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse } from 'graphql';
import { createGateway, type GatewayOptions } from '../../src/index.ts';
import { composeOnce } from './compose-once.ts';
import { type Answer, tokenFor, verifyTestTokens } from './start-toy.ts';
import { UNHURRIED } from './unhurried.ts';

const DOORS = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated", "@listSize"])
type Thing { name: String! }
type Message { text: String! }
input SendMessageInput { roomId: ID!, text: String! }
type Query {
  ping: String
  things(first: Int!): [Thing!]! @listSize(slicingArguments: ["first"])
}
type Mutation {
  login(name: String!, password: String!): String
  registerUser(name: String!): String
  requestPasswordReset(email: String!): String
  sendMessage(input: SendMessageInput!): Message! @authenticated
  createProduct(title: String!): String
  updateProduct(title: String!): String
  createVariant(title: String!): String
  updateVariant(title: String!): String
  adjustInventory(title: String!): String
  joinRoom(roomId: ID!): String
  leaveRoom(roomId: ID!): String
  joinGroup(groupId: ID!): String
  leaveGroup(groupId: ID!): String
  updateProfile(bio: String!): String
}
`;

/** A gateway whose every field tells how often it ran. */
export interface LimitedGateway extends AsyncDisposable {
  readonly url: string;
  readonly ran: Readonly<Record<'ping' | 'login' | 'register' | 'mail' | 'message', number>>;
  post(body: string | GraphQLBody, from?: string, token?: string): Promise<Answer>;
}

export interface GraphQLBody {
  query: string;
  operationName?: string;
  variables?: Record<string, unknown>;
}

/** Clients come through one proxy of ours, which says their address. */
export async function startLimited(options: Partial<GatewayOptions> = {}): Promise<LimitedGateway> {
  const ran = { ping: 0, login: 0, register: 0, mail: 0, message: 0 };
  const counted = (what: keyof typeof ran, answer: unknown) => () => {
    ran[what] += 1;
    return answer;
  };
  const schema = buildSubgraphSchema({
    typeDefs: parse(DOORS),
    resolvers: {
      Query: {
        ping: counted('ping', 'pong'),
        things: (_: unknown, { first }: { first: number }) =>
          Array.from({ length: first }, (__, index) => ({ name: `thing ${index}` })),
      },
      Mutation: {
        login: counted('login', null),
        registerUser: counted('register', 'welcome'),
        requestPasswordReset: counted('mail', 'sent'),
        sendMessage: counted('message', { text: 'sent' }),
      },
    },
  });
  const gateway = await createGateway({
    ...UNHURRIED,
    supergraphSdl: composeOnce([
      { name: 'doors', url: 'http://doors.invalid', typeDefs: DOORS, file: 'doors.graphql' },
    ]),
    subgraphs: {
      doors: {
        execute: async ({ query, variables }) =>
          execute({ schema, document: parse(query), variableValues: variables }),
        subscribe: async () => {
          throw new Error('nothing is live here');
        },
      },
    },
    verifyAccessToken: await verifyTestTokens(),
    trustedProxies: 1,
    port: 0,
    ...options,
  });
  const url = `${gateway.url}/graphql`;
  return {
    url,
    ran,
    post: async (body, from = '198.51.100.1', token) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-forwarded-for': from,
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
    [Symbol.asyncDispose]: () => gateway.close(),
  };
}

export const tokenOf = (userId: string): Promise<string> => tokenFor(userId);
