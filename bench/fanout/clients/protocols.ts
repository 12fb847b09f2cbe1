import { randomUUID } from 'node:crypto';
import { type RoomPayload, subscriptionOf } from '../room.ts';

/** How a client gets into the room, and how messages of it come. */
export interface SubscriberProtocol {
  readonly path: string;
  /** Further lines of the upgrade request. */
  readonly headers: string;
  begin(send: (text: string) => void, token: string): Conversation;
  /** The payload in what follows a message's prefix. */
  payloadOf(text: string): RoomPayload;
}

export interface Conversation {
  /** The prefix of this subscriber's messages; the rest is the same for everybody. */
  readonly prefix: Buffer;
  opened(): void;
  /** Anything that is no message of the room. */
  hear(text: string): 'joined' | undefined;
  /** Whether a frame that begins here is only the protocol's heartbeat. */
  isKeepAlive(bytes: Buffer, start: number): boolean;
}

export type ProtocolName = 'graphql-ws' | 'socket.io';

/** graphql-transport-ws: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md */
const graphqlWs = (roomId: string, selection: number): SubscriberProtocol => ({
  path: '/graphql',
  headers: 'sec-websocket-protocol: graphql-transport-ws\r\n',
  begin: (send, token) => {
    // As graphql-ws's own client makes them: no two subscriptions have the same.
    const id = randomUUID();
    return {
      prefix: Buffer.from(`{"id":"${id}","type":"next","payload":`),
      opened: () =>
        send(JSON.stringify({ type: 'connection_init', payload: { accessToken: token } })),
      hear: (text) => {
        const { type, payload } = JSON.parse(text);
        if (type === 'connection_ack') {
          const operation = { query: subscriptionOf(selection), variables: { roomId } };
          send(JSON.stringify({ id, type: 'subscribe', payload: operation }));
          return undefined;
        }
        if (type === 'next' && payload.data?.roomEvents?.__typename === 'CaughtUp') return 'joined';
        throw new Error(`not expected: ${text}`);
      },
      isKeepAlive: () => false,
    };
  },
  payloadOf: (text) => JSON.parse(text.slice(0, -'}'.length)),
});

const ENGINE_PING = '2'.charCodeAt(0);

/** Engine.IO 4 and Socket.IO 5: https://socket.io/docs/v4/socket-io-protocol/ */
const socketIo: SubscriberProtocol = {
  path: '/socket.io/?EIO=4&transport=websocket',
  headers: '',
  begin: (send) => ({
    prefix: Buffer.from('42["message",'),
    opened: () => {},
    hear: (text) => {
      if (text.startsWith('0{')) send('40');
      else if (text.startsWith('40{')) return 'joined';
      else if (text === '2') send('3');
      else throw new Error(`not expected: ${text}`);
      return undefined;
    },
    isKeepAlive: (bytes, start) => bytes[start] === ENGINE_PING,
  }),
  payloadOf: (text) => JSON.parse(text.slice(0, -']'.length)),
};

/** `selection` is the number of what is asked for in the room, where clients choose. */
export const protocolOf = (
  name: ProtocolName,
  roomId: string,
  selection = 0,
): SubscriberProtocol => (name === 'socket.io' ? socketIo : graphqlWs(roomId, selection));
