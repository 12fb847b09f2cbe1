import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { createAsker } from '../fanout/asker.ts';
import { startGateway } from '../fanout/contenders/gateway.ts';
import { serverPort } from '../fanout/ports.ts';
import { type Account, registerAccount } from '../fanout/real/author.ts';
import type { RealSouk } from '../fanout/real/real-souk.ts';
import type { Talk, TalkOptions } from './talk.ts';

const LISTEN = `subscription Room($roomId: ID!) { roomEvents(roomId: $roomId) {
  __typename ... on MessagePosted { message { id text author { username } } } } }`;
const SOCKETS = 32;
/** What a socket says of its end that is broken off, as all are in the end. */
const TERMINATED = 1006;

export interface SoukTalk extends Talk {
  readonly account: Account;
  readonly roomIds: readonly string[];
}

/** From end to end: gateway, chat, PostgreSQL with its event log, Redis. */
export async function talkBySouk(
  secrets: Record<string, string>,
  real: RealSouk,
  { rooms, listeners, hear, shared, folder, place, nodeFlags }: TalkOptions,
): Promise<SoukTalk> {
  const setting = { folder, place, nodeFlags };
  const gateway = await startGateway(secrets, real.addresses, setting);
  const port = serverPort(place);
  const asker = createAsker(port, SOCKETS);
  const crowd: WebSocket[] = [];
  const stop = async () => {
    for (const socket of crowd) socket.terminate();
    asker.close();
    await gateway.stop();
  };
  try {
    const account = await registerAccount(asker, real.codeFor);
    const roomIds: string[] = [];
    for (let room = 0; room < rooms; room += 1) {
      roomIds.push(await account.openRoom(`Room ${room}`));
    }
    // What opening the rooms says has been said before anybody listens.
    await delay(500);
    for (let index = 0; index < rooms * listeners; index += 1) {
      crowd.push(await listen(port, account.token, roomIds[index % rooms] ?? '', hear));
    }
    return {
      name: 'Souk, gateway to database',
      ...{ account, roomIds, stop },
      processes: async () => ({ gateway: [gateway.pid], ...real.processes, ...(await shared()) }),
      join: async (room) => {
        const socket = await listen(port, account.token, roomIds[room] ?? '', () => {});
        return () => socket.terminate();
      },
      say: (room, text) => account.say(roomIds[room] ?? '', text),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** graphql-transport-ws; resolves once the listener has caught up. */
async function listen(
  port: number,
  accessToken: string,
  roomId: string,
  hear: (text: string) => void,
): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  const send = (message: object) => socket.send(JSON.stringify(message));
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', (code, reason) => {
      if (code !== TERMINATED) console.error(`closed: ${code} ${reason}`);
      reject(new Error(`closed: ${code} ${reason}`));
    });
    socket.on('open', () => send({ type: 'connection_init', payload: { accessToken } }));
    socket.on('message', (data) => {
      const { type, payload } = JSON.parse(data.toString());
      const event = payload?.data?.roomEvents;
      if (type === 'connection_ack') {
        send({ id: '1', type: 'subscribe', payload: { query: LISTEN, variables: { roomId } } });
      } else if (type === 'ping') send({ type: 'pong' });
      else if (event?.__typename === 'CaughtUp') resolve();
      else if (event?.__typename === 'MessagePosted') hear(event.message.text);
      else console.error(`not expected: ${data}`);
    });
  });
  return socket;
}
