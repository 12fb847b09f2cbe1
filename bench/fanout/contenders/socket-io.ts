import { fileURLToPath } from 'node:url';
import { Emitter } from '@socket.io/redis-emitter';
import { Redis } from 'ioredis';
import { SERVER_CORE, start, untilListening } from '../../processes.ts';
import { REDIS_URL, serverPort } from '../ports.ts';
import { payloadOf, ROOM_ID } from '../room.ts';
import type { Contender } from './contender.ts';

const program = fileURLToPath(new URL('socket-io-server.ts', import.meta.url));

/** The peer: it is handed the finished payload, and asks nobody who its clients are. */
export const socketIo = (tokenKey: string): Contender => ({
  name: 'Socket.IO, Redis adapter',
  start: async ({ folder, place, nodeFlags }) => {
    const port = serverPort(place);
    const server = start({
      file: process.execPath,
      args: [...nodeFlags, '--import', 'tsx', program, `${port}`, REDIS_URL, ROOM_ID],
      core: SERVER_CORE,
      logFile: `${folder}/socket-io.log`,
      env: { NODE_ENV: 'production' },
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
    });
    await untilListening(port);
    const redis = new Redis(REDIS_URL);
    const emitter = new Emitter(redis);
    return {
      pid: server.pid,
      port,
      protocol: 'socket.io',
      roomId: ROOM_ID,
      tokenKey,
      say: async (number) => void emitter.to(ROOM_ID).emit('message', payloadOf(number)),
      seen: async () => null,
      stop: async () => {
        redis.disconnect();
        await server.stop();
      },
    };
  },
});
