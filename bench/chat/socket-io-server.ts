import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { openPool } from '@souk/runtime/postgres';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';

/**
 * Socket.IO with Redis, set up as its documentation says; a message is stored by one insert before it is
 * sent.
 */
const [port = '', redisUrl = '', connectionString = ''] = process.argv.slice(2);
const pool = openPool({ connectionString });
await pool.query(`CREATE TABLE IF NOT EXISTS peer_message (
  id bigserial PRIMARY KEY, room text NOT NULL, text text NOT NULL,
  sent_at timestamptz NOT NULL DEFAULT now())`);
const publisher = new Redis(redisUrl);
const server = createServer((_, response) => response.end());
const io = new Server(server, { adapter: createAdapter(publisher, publisher.duplicate()) });
io.on('connection', (socket) => {
  socket.on('join', async (room: string, done: () => void) => {
    await socket.join(room);
    done();
  });
  socket.on('say', async (room: string, text: string, done: () => void) => {
    await pool.query('INSERT INTO peer_message (room, text) VALUES ($1, $2)', [room, text]);
    io.to(room).emit('message', { text });
    done();
  });
});
server.listen(Number(port), '127.0.0.1');
process.once('SIGTERM', () => process.exit());
