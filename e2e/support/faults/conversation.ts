import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { ComposedSouk } from '../composed-souk.ts';
import { socketClient } from '../socket-client.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
type Data = any;

const SEND = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) {
  message { id } errors { __typename ... on UserError { code } } } }`;
const EVENTS = `subscription ($id: ID!, $after: EventCursor) { roomEvents(roomId: $id, after: $after) {
  ... on StreamEvent { cursor } ... on MessagePosted { message { text } }
  ... on StreamReset { reason } } }`;
const MESSAGES = `query ($id: ID!, $before: String) { room(id: $id) {
  messages(last: 100, before: $before) {
    edges { node { text sequence } } pageInfo { hasPreviousPage startCursor } } } }`;

export interface Listener {
  readonly heard: string[];
  /** How often it has connected. */
  connections(): number;
  stop(): Promise<void>;
}

/** A room in which somebody writes while something is broken, and what comes of it. */
export interface Conversation {
  readonly roomId: string;
  readonly head: string;
  /** The person whose token is refreshed. */
  readonly writer: { readonly id: string; token: string; refreshToken: string };
  /** Sends once: null when it was accepted, else why not. The same id may be sent again. */
  send(text: string, clientMessageId?: string): Promise<string | null>;
  /** The texts of the room in order; throws when a number is missing. */
  texts(): Promise<string[]>;
  /** What a listener received from the beginning, through all interruptions. */
  listen(): Listener;
}

export async function startConversation(souk: ComposedSouk, name: string): Promise<Conversation> {
  const writer = { ...(await souk.register(name)) };
  const { createRoom } = await souk.ask(
    `mutation ($input: CreateRoomInput!) { createRoom(input: $input) {
       room { id head } errors { __typename } } }`,
    { input: { kind: 'PRIVATE', name } },
    writer.token,
  );
  expect(createRoom.errors).toEqual([]);
  const { id: roomId, head } = createRoom.room;
  return {
    roomId,
    head,
    writer,
    send: async (text, clientMessageId = randomUUID()) => {
      const input = { roomId, clientMessageId, text };
      try {
        const { sendMessage } = await souk.ask(SEND, { input }, writer.token);
        return sendMessage.message ? null : JSON.stringify(sendMessage.errors);
      } catch (error) {
        // A connection that breaks is a refusal like any other.
        return String(error);
      }
    },
    texts: async () => {
      const found: { text: string | null; sequence: number }[] = [];
      for (let before: string | null = null; ; ) {
        const { room } = await souk.ask(MESSAGES, { id: roomId, before }, writer.token);
        const { edges, pageInfo } = room.messages;
        found.unshift(...edges.map(({ node }: Data) => node));
        if (!pageInfo.hasPreviousPage) break;
        before = pageInfo.startCursor;
      }
      expect(found.map(({ sequence }) => sequence)).toEqual(found.map((_, index) => index + 1));
      return found.flatMap(({ text }) => text ?? []);
    },
    listen: () => {
      const heard: string[] = [];
      const client = socketClient(souk.gatewayUrl, writer, {
        retryAttempts: 1_000,
        shouldRetry: () => true,
      });
      let connections = 0;
      client.on('connected', () => {
        connections += 1;
      });
      const variables: Data = { id: roomId, after: head };
      client.subscribe<Data>(
        { query: EVENTS, variables },
        {
          next: ({ data }) => {
            variables.after = data?.roomEvents.cursor ?? variables.after;
            if (data?.roomEvents.reason) heard.push(`reset: ${data.roomEvents.reason}`);
            if (data?.roomEvents.message) heard.push(data.roomEvents.message.text);
          },
          error: (error) => heard.push(`error: ${JSON.stringify(error)}`),
          complete: () => {},
        },
      );
      return {
        heard,
        connections: () => connections,
        stop: async () => void (await client.dispose()),
      };
    },
  };
}
