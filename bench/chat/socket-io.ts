import { fileURLToPath } from 'node:url';
import { REDIS_URL, serverPort } from '../fanout/ports.ts';
import { SERVER_CORE, start, untilListening } from '../processes.ts';
import { connectSocketIo } from './socket-io-client.ts';
import type { Talk, TalkOptions } from './talk.ts';

const program = fileURLToPath(new URL('socket-io-server.ts', import.meta.url));

/** The peer: nobody is asked who they are, nothing has an order, and what is missed is gone. */
export async function talkBySocketIo(
  databaseUrl: string,
  { rooms, listeners, hear, shared, folder, place }: TalkOptions,
): Promise<Talk> {
  const port = serverPort(place);
  const server = start({
    file: process.execPath,
    args: ['--import', 'tsx', program, `${port}`, REDIS_URL, databaseUrl],
    core: SERVER_CORE,
    logFile: `${folder}/socket-io.log`,
    env: { NODE_ENV: 'production' },
    cwd: fileURLToPath(new URL('../', import.meta.url)),
  });
  try {
    await untilListening(port);
    const nameOf = (room: number) => `room-${room}`;
    const crowd = await Promise.all(
      Array.from({ length: rooms * listeners }, async (_, index) => {
        const client = await connectSocketIo(port, hear);
        await client.emit('join', nameOf(index % rooms));
        return client;
      }),
    );
    const speaker = await connectSocketIo(port, () => {});
    return {
      name: 'Socket.IO, Redis, one insert',
      say: (room, text) => speaker.emit('say', nameOf(room), text),
      join: async (room) => {
        const client = await connectSocketIo(port, () => {});
        await client.emit('join', nameOf(room));
        return client.close;
      },
      processes: async () => ({ server: [server.pid], ...(await shared()) }),
      stop: async () => {
        for (const client of [...crowd, speaker]) client.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
