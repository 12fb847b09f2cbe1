import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';

/** Socket.IO as its documentation sets it up with Redis; everybody who connects is in the room. */
const [port = '4010', redisUrl = '', room = ''] = process.argv.slice(2);
const publisher = new Redis(redisUrl);
// Socket.IO answers on its own path; anything else only tells that the server is there.
const server = createServer((_, response) => response.end());
const io = new Server(server, { adapter: createAdapter(publisher, publisher.duplicate()) });
io.on('connection', (socket) => socket.join(room));
server.listen(Number(port), '127.0.0.1');
process.once('SIGTERM', () => process.exit());
