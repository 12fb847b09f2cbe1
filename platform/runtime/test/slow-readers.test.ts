import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { until } from '@souk/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serveOperators } from '../src/process/operators-server.ts';
import {
  type ClientOf,
  cutOffSlowReaders,
  type ReadingLimits,
} from '../src/process/slow-readers.ts';
import { endIdleSockets } from './mutants/end-idle-sockets.ts';

/** More than two kernels keep for a client that reads nothing. */
const LARGE = Buffer.alloc(32 * 1_048_576, 'x');
/** Impatient, so that a test is short; a client that reads takes more than the floor in one look. */
const LIMITS: ReadingLimits = {
  lookMs: 50,
  patienceLooks: 10,
  floorBytes: 1_048_576,
  waitingBytes: 1_024 * 1_048_576,
};

type Bound = (server: Server) => void;
const bounded =
  (limits: Partial<ReadingLimits> = {}): Bound =>
  (server) =>
    cutOffSlowReaders(server, { ...LIMITS, ...limits });

async function serve(listener: RequestListener, bound: Bound = bounded()) {
  const responses: ServerResponse[] = [];
  const server = createServer((request, response) => {
    responses.push(response);
    listener(request, response);
  });
  bound(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  /** A client that has asked, and the response to it; what it reads is the test's affair. */
  const ask = async (localAddress = '127.0.0.1') => {
    const socket: Socket = connect({ port, host: '127.0.0.1', localAddress });
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
    socket.pause();
    const before = responses.length;
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    const response = await until(() => responses[before]);
    return { socket, response };
  };
  return { ask };
}

const inOnePiece: RequestListener = (_, response) => void response.end(LARGE);
const inPieces: RequestListener = (_, response) => {
  const pieces = function* () {
    for (let sent = 0; sent < LARGE.length; sent += 65_536) yield LARGE.subarray(0, 65_536);
  };
  pipeline(Readable.from(pieces()), response).catch(() => {});
};
const asEvents: RequestListener = (_, response) => {
  for (let sent = 0; sent < LARGE.length; sent += 65_536) response.write(LARGE.subarray(0, 65_536));
};

const WAYS: [string, RequestListener][] = [
  ['one piece', inOnePiece],
  ['pieces, as a file', inPieces],
  ['events', asEvents],
];

/** Reads this many bytes every 20 ms. */
function readSlowly(socket: Socket, bytes: number): () => number {
  let taken = 0;
  const reading = setInterval(() => {
    const chunk: Buffer | null = socket.read(bytes) ?? socket.read();
    taken += chunk?.length ?? 0;
  }, 20);
  onTestFinished(() => clearInterval(reading));
  return () => taken;
}

describe.each(WAYS)('an answer in %s', (_, listener) => {
  test('that nobody reads is given up', async () => {
    const { ask } = await serve(listener);
    const { response } = await ask();
    await until(() => response.destroyed);
  });

  test('is given up if the client reads next to nothing', async () => {
    const { ask } = await serve(listener);
    const { socket, response } = await ask();
    const taken = readSlowly(socket, 4_096);
    await until(() => response.destroyed);
    expect(taken()).toBeLessThan(LARGE.length / 2);
  });

  test('that is read slowly, but is read, comes as a whole', async () => {
    // A client on a busy machine takes the floor in ten seconds.
    const { ask } = await serve(listener, bounded({ patienceLooks: 200, floorBytes: 65_536 }));
    const { socket } = await ask();
    const taken = readSlowly(socket, 1_048_576);
    await until(() => taken() >= LARGE.length);
  });
});

test('nobody is waited for by the server that operators ask, either', async () => {
  const responses: ServerResponse[] = [];
  const { url, close } = await serveOperators(
    { port: 0, host: '127.0.0.1' },
    (request, response) => {
      responses.push(response);
      inOnePiece(request, response);
    },
    LIMITS,
  );
  onTestFinished(close);
  const socket = connect(Number(new URL(url).port), '127.0.0.1').pause();
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  socket.write('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n');
  await until(() => responses[0]?.destroyed);
});

test('a client that is sent nothing waits for as long as it likes', async () => {
  const { ask } = await serve(() => {}, bounded({ patienceLooks: 1 }));
  const { response } = await ask();
  const given = await serve(inOnePiece, bounded({ patienceLooks: 20 }));
  const { response: unread } = await given.ask();
  await until(() => unread.destroyed);
  expect(response.destroyed).toBe(false);
});

test('where too much waits for all together, whoever holds most for longest goes first', async () => {
  const patient = { patienceLooks: 1_000_000 };
  const small = LARGE.subarray(0, 12 * 1_048_576);
  const sizes = [small, LARGE, LARGE, LARGE];
  const { ask } = await serve(
    (_, response) => void response.end(sizes.shift()),
    bounded({ ...patient, waitingBytes: 2.4 * LARGE.length }),
  );
  const first = await ask();
  const second = await ask();
  const third = await ask();
  await until(() => third.response.writableEnded);
  const before = [first, second, third].map(({ response }) => response.destroyed);
  const fourth = await ask();
  await until(() => second.response.destroyed || third.response.destroyed);
  expect(before).toEqual([false, false, false]);
  expect(first.response.destroyed).toBe(false);
  expect(fourth.response.destroyed).toBe(false);
});

/** Many connections, each with less waiting for it than for another client's single one. */
async function manyBesideOne(clientOf?: ClientOf) {
  const patient = { ...LIMITS, patienceLooks: 1_000_000 };
  const small = LARGE.subarray(0, 20 * 1_048_576);
  const sizes = [LARGE, small, small, small, small, small, small];
  // More than twice what waits for the one: the others hold more than half when it is too much.
  const limits = { ...patient, waitingBytes: 2.5 * LARGE.length };
  const { ask } = await serve(
    (_, response) => void response.end(sizes.shift()),
    (server) => cutOffSlowReaders(server, limits, clientOf),
  );
  const one = await ask('127.0.0.2');
  const many: ServerResponse[] = [];
  const isCut = () => [one.response, ...many].some(({ destroyed }) => destroyed);
  while (sizes.length > 0 && !isCut()) many.push((await ask()).response);
  await until(isCut);
  return one.response.destroyed;
}

// Other systems have no second address of the loopback device.
describe.runIf(process.platform === 'linux')('where more waits for all than may', () => {
  test('a client with many connections loses one of them, and not whoever has one', async () => {
    expect(await manyBesideOne()).toBe(false);
  });

  test('the heaviest connection would be somebody else’s if clients were not told apart (mutant)', async () => {
    expect(await manyBesideOne(() => 'anybody')).toBe(true);
  });
});

test('a time limit alone would keep a client that reads next to nothing (mutant)', async () => {
  const { ask } = await serve(inOnePiece, endIdleSockets(LIMITS.lookMs * LIMITS.patienceLooks));
  const { socket, response } = await ask();
  const taken = readSlowly(socket, 65_536);
  const { ask: askBounded } = await serve(inOnePiece, bounded({ floorBytes: 16 * 1_048_576 }));
  const held = await askBounded();
  readSlowly(held.socket, 65_536);
  await until(() => held.response.destroyed);
  expect(response.destroyed).toBe(false);
  expect(taken()).toBeLessThan(LARGE.length);
});
