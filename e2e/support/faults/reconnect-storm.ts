import { once } from 'node:events';
import { until } from '@souk/testkit';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { exitOf, readiness } from '../composed-processes.ts';
import type { ComposedSouk } from '../composed-souk.ts';
import { startConversation } from './conversation.ts';

const EVENTS = `subscription ($id: ID!, $after: EventCursor) { roomEvents(roomId: $id, after: $after) {
  ... on StreamEvent { cursor } ... on MessagePosted { message { text author { displayName } } } } }`;

/** One that comes back at once, behind the last that it saw. */
interface Subscriber {
  /** Where it is connected, and connects again. */
  url: string;
  token: string;
  cursor: string;
  readonly heard: string[];
  readonly failures: string[];
  socket: WebSocket | null;
  isLive: boolean;
}

function connectTo(subscriber: Subscriber, roomId: string): void {
  const socket = new WebSocket(subscriber.url, 'graphql-transport-ws');
  subscriber.socket = socket;
  subscriber.isLive = false;
  socket.on('error', () => {});
  socket.on('open', () =>
    socket.send(
      JSON.stringify({ type: 'connection_init', payload: { accessToken: subscriber.token } }),
    ),
  );
  socket.on('message', (data) => {
    const { type, payload } = JSON.parse(String(data));
    if (type === 'ping') socket.send('{"type":"pong"}');
    if (type === 'connection_ack') {
      const variables = { id: roomId, after: subscriber.cursor };
      socket.send(
        JSON.stringify({ id: '1', type: 'subscribe', payload: { query: EVENTS, variables } }),
      );
    }
    if (type === 'error') subscriber.failures.push(JSON.stringify(payload));
    if (type !== 'next') return;
    const { cursor, message } = payload.data.roomEvents;
    subscriber.cursor = cursor;
    if (message) subscriber.heard.push(message.text);
    else subscriber.isLive = true;
  });
  socket.on('close', (code) => {
    // 1006 is what a killed gateway leaves, 1013 asks to come again; any other goodbye was meant.
    if (code !== 1006 && code !== 1013) subscriber.failures.push(`closed with ${code}`);
    if (subscriber.socket === socket) setTimeout(() => connectTo(subscriber, roomId), 50);
  });
}

/**
 * Kills a gateway with this many subscribers at once: they all reconnect to the other one, and each gets what
 * was posted meanwhile, once. Returns the milliseconds until the last has caught up.
 */
export async function stormAfterKill(
  souk: ComposedSouk,
  { subscribers: count, viewers: viewerCount }: { subscribers: number; viewers: number },
): Promise<{ joinMs: number; caughtUpMs: number }> {
  const conversation = await startConversation(souk, 'stella');
  const tokens = [conversation.writer.token];
  const invited: string[] = [];
  while (tokens.length < viewerCount) {
    const { id, token } = await souk.register(`storm${tokens.length}`);
    tokens.push(token);
    invited.push(id);
  }
  const { createRoom } = await souk.ask(
    `mutation ($input: CreateRoomInput!) { createRoom(input: $input) {
       room { id head } errors { __typename } } }`,
    { input: { kind: 'PRIVATE', name: 'Storm', participantIds: invited } },
    conversation.writer.token,
  );
  expect(createRoom.errors).toEqual([]);
  const { id: roomId, head } = createRoom.room;
  const say = async (text: string) => {
    const { sendMessage } = await souk.ask(
      `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { errors { __typename } } }`,
      { input: { roomId, clientMessageId: crypto.randomUUID(), text } },
      conversation.writer.token,
    );
    expect(sendMessage.errors).toEqual([]);
  };

  const doomed = await souk.startAnother('gateway');
  await readiness(doomed);
  const doomedUrl = `ws://127.0.0.1:${doomed.port}/graphql`;
  const otherUrl = souk.gatewayUrl.replace('http', 'ws');
  const subscribers = Array.from(
    { length: count },
    (_, n): Subscriber => ({
      url: doomedUrl,
      token: tokens[n % tokens.length] as string,
      cursor: head,
      heard: [],
      failures: [],
      socket: null,
      isLive: false,
    }),
  );
  const missing = (texts: readonly string[]) =>
    subscribers.filter(({ heard }) => heard.length < texts.length).length;
  const allHave = (texts: readonly string[]) =>
    until(() => missing(texts) === 0, {
      within: 120_000,
      describe: () =>
        `${missing(texts)} of ${count} have not heard all; ${subscribers
          .flatMap(({ failures }) => failures)
          .slice(0, 3)}`,
    });
  const joinedFrom = performance.now();
  for (const subscriber of subscribers) connectTo(subscriber, roomId);
  await until(() => subscribers.every(({ isLive }) => isLive), {
    within: 120_000,
    describe: () =>
      `${subscribers.filter(({ isLive }) => isLive).length} of ${count} are live; ${[
        ...new Set(subscribers.flatMap(({ failures }) => failures)),
      ].slice(0, 3)}`,
  });
  const joinMs = performance.now() - joinedFrom;
  await say('one');
  await allHave(['one']);

  for (const subscriber of subscribers) subscriber.url = otherUrl;
  doomed.child.kill('SIGKILL');
  const killedAt = performance.now();
  await exitOf(doomed);
  await say('two');
  await allHave(['one', 'two']);
  const caughtUpMs = performance.now() - killedAt;
  for (const { heard, failures } of subscribers) {
    expect(heard).toEqual(['one', 'two']);
    expect(failures).toEqual([]);
  }
  for (const subscriber of subscribers) {
    const { socket } = subscriber;
    subscriber.socket = null;
    socket?.terminate();
    if (socket && socket.readyState !== WebSocket.CLOSED) await once(socket, 'close');
  }
  return { joinMs: Math.round(joinMs), caughtUpMs: Math.round(caughtUpMs) };
}
