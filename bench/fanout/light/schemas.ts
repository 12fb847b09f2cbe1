import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@authenticated"])\n`;

/** The shape of the repository's graph around a room, in two subgraphs. */
export const SCHEMAS = {
  people: `${LINK}
    type User @key(fields: "id") { id: ID! displayName: String! }
    type Query { user(id: ID!): User }`,
  rooms: `${LINK}
    scalar EventCursor
    interface StreamEvent { cursor: EventCursor! }
    type User @key(fields: "id", resolvable: false) { id: ID! }
    type Message { id: ID! text: String! author: User }
    type MessagePosted implements StreamEvent { cursor: EventCursor! message: Message! }
    type CaughtUp implements StreamEvent { cursor: EventCursor! replayed: Int! }
    union RoomStream = MessagePosted | CaughtUp
    type Query { room: String }
    type Subscription {
      roomEvents(roomId: ID!, after: EventCursor): RoomStream! @authenticated
    }`,
};

/** The supergraph of both, at this port. */
export function composeLight(port: number): string {
  const composed = composeServices(
    Object.entries(SCHEMAS).map(([name, typeDefs]) => ({
      name,
      url: `http://127.0.0.1:${port}/${name}`,
      typeDefs: parse(typeDefs),
    })),
  );
  if (!composed.supergraphSdl) {
    throw new Error(composed.errors?.map(({ message }) => message).join('\n'));
  }
  return composed.supergraphSdl;
}
