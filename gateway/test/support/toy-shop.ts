import { buildSubgraphSchema } from '@apollo/subgraph';
import { silentLogger } from '@souk/runtime/process';
import type { Subgraph, SubgraphRequest } from '@souk/runtime/subgraph';
import { execute, parse, subscribe } from 'graphql';
import { composeOnce } from './compose-once.ts';
import { createEventLog, type EventLog } from './event-log.ts';

/** A small supergraph: people in one subgraph, rooms with live events in another. */

const PEOPLE = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@requiresScopes", "@cost", "@listSize"])
interface Node { id: ID! }
type User implements Node @key(fields: "id") {
  id: ID!
  name: String!
  email: String @authenticated
  salary: Int! @requiresScopes(scopes: [["users:read"]])
  friends(first: Int = 10): [User!]! @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)
}
type Query {
  user(id: ID!): User
  me: User @authenticated
  broken: String
  slow(ms: Int!): String
  echo(text: String, tags: [String!], filter: Filter, count: Int, colour: Colour): String
  whoAsks: String
}
enum Colour { RED GREEN }
input Filter { name: String, nested: Filter }
type Mutation {
  rename(id: ID!, name: String!): User @authenticated
  login(name: String!): String
  register(name: String!): String
}
`;

const ROOMS = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated"])
scalar EventCursor
interface Node { id: ID! }
interface StreamEvent { cursor: EventCursor! }
type User @key(fields: "id", resolvable: false) { id: ID! }
type Room implements Node @key(fields: "id") { id: ID! title: String! }
type Said implements StreamEvent { cursor: EventCursor! text: String! author: User }
type CaughtUp implements StreamEvent { cursor: EventCursor! replayed: Int! }
union RoomStream = Said | CaughtUp
type Query { room(id: ID!): Room }
type Subscription {
  roomEvents(roomId: ID!, after: EventCursor): RoomStream! @authenticated
  ticks: Int!
  notes(after: EventCursor): RoomStream!
}
`;

export const ADA = 'usr_01h455vb4pex5vsknk084sn02q';
export const BO = 'usr_01h455vb4pex5vsknk084sn02r';
export const ROOM = 'room_01h455vb4pex5vsknk084sn02s';
const NAMES: Record<string, string> = { [ADA]: 'Ada', [BO]: 'Bo' };

interface Asker {
  viewer: { userId: string } | null;
}

export interface Toy {
  readonly supergraphSdl: string;
  readonly people: Subgraph;
  readonly rooms: Subgraph;
  readonly log: EventLog;
  /** Documents each subgraph was asked, newest last. */
  readonly asked: { subgraph: string; query: string }[];
}

export interface ToyOptions {
  people?: string;
  rooms?: string;
  /** How many friends everybody has. */
  friends?: number;
}

export function createToy({ friends = 2, ...urls }: ToyOptions = {}): Toy {
  const asked: Toy['asked'] = [];
  const log = createEventLog();
  const user = (id: string) =>
    NAMES[id] ? { id, name: NAMES[id], email: `${NAMES[id]}@example.org`, salary: 100 } : null;
  const people = local('people', PEOPLE, asked, {
    Query: {
      user: (_: unknown, { id }: { id: string }) => user(id),
      me: (_: unknown, __: unknown, { viewer }: Asker) => viewer && user(viewer.userId),
      broken: () => {
        throw new Error('connect ECONNREFUSED host=10.0.0.1 password=secret');
      },
      slow: (_: unknown, { ms }: { ms: number }) =>
        new Promise((resolve) => setTimeout(() => resolve('late'), ms)),
      echo: (_: unknown, given: unknown) => JSON.stringify(given),
      whoAsks: (_: unknown, __: unknown, { viewer }: Asker) => viewer?.userId ?? 'nobody',
    },
    User: {
      __resolveReference: ({ id }: { id: string }) => user(id),
      friends: (_: unknown, { first }: { first: number }) =>
        Array.from({ length: Math.min(first, friends) }, (_, n) => user(n % 2 === 0 ? ADA : BO)),
    },
    Mutation: {
      rename: (_: unknown, { id, name }: { id: string; name: string }) => ({ ...user(id), name }),
      login: (_: unknown, { name }: { name: string }) => `token of ${name}`,
      register: (_: unknown, { name }: { name: string }) => name,
    },
  });
  const followed = (_: unknown, { after }: { after?: string | null }) =>
    log.follow(after === null || after === undefined ? log.head : Number(after));
  const rooms = local('rooms', ROOMS, asked, {
    Query: {
      room: (_: unknown, { id }: { id: string }) => (id === ROOM ? { id, title: 'Hall' } : null),
    },
    Room: {
      __resolveReference: ({ id }: { id: string }) => (id === ROOM ? { id, title: 'Hall' } : null),
    },
    RoomStream: { __resolveType: (event: { __typename: string }) => event.__typename },
    StreamEvent: { __resolveType: (event: { __typename: string }) => event.__typename },
    Subscription: {
      roomEvents: {
        subscribe: (root: unknown, args: { roomId: string; after?: string }) => {
          if (args.roomId !== ROOM) throw notFound();
          return followed(root, args);
        },
        resolve: (event: unknown) => event,
      },
      notes: { subscribe: followed, resolve: (event: unknown) => event },
      ticks: {
        subscribe: async function* () {
          for (let tick = 1; ; tick += 1) {
            yield tick;
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
        },
        resolve: (tick: number) => tick,
      },
    },
  } as never);
  const supergraphSdl = composeOnce([
    {
      name: 'people',
      url: urls.people ?? 'http://people.invalid',
      typeDefs: PEOPLE,
      file: 'people.graphql',
    },
    {
      name: 'rooms',
      url: urls.rooms ?? 'http://rooms.invalid',
      typeDefs: ROOMS,
      file: 'rooms.graphql',
    },
  ]);
  return { supergraphSdl, people, rooms, log, asked };
}

const notFound = () =>
  Object.assign(new Error('There is no such room.'), { extensions: { code: 'ROOM_NOT_FOUND' } });

/** A subgraph that trusts its gateway: what is refused was refused by the gateway. */
export function local(
  name: string,
  typeDefs: string,
  asked: Toy['asked'],
  resolvers: object,
): Subgraph {
  const schema = buildSubgraphSchema({ typeDefs: parse(typeDefs), resolvers: resolvers as never });
  const argsOf = ({ query, operationName, variables, identity }: SubgraphRequest) => {
    asked.push({ subgraph: name, query });
    return {
      schema,
      document: parse(query),
      operationName,
      variableValues: variables,
      contextValue: identity,
    };
  };
  return {
    name,
    typeDefs,
    schema,
    routes: [],
    logger: silentLogger,
    execute: async (request) => execute(argsOf(request)),
    subscribe: async (request) => (await subscribe(argsOf(request))) as never,
    startWorker: () => ({ close: async () => {} }),
    ready: async () => {},
    close: async () => {},
  };
}
