import { once } from 'node:events';
import {
  Agent,
  createServer,
  type RequestListener,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Balancer,
  balanceConnections,
  balanceRequests,
  type ReadyPorts,
  sized,
  until,
} from '@souk/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { drainConnections } from '../src/process/draining-connections.ts';
import { closeAtOnce } from './mutants/close-at-once.ts';

type Closer = (server: Server) => () => Promise<void>;

/** With a grace that no test would survive: nothing may depend on it. */
const drained: Closer = (server) =>
  drainConnections(server, { isDraining: () => false, graceMs: 600_000 });

async function serve(listener: RequestListener, closer: Closer = drained, port = 0) {
  const server = createServer({ keepAliveTimeout: 60_000 }, listener);
  const close = closer(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => server.closeAllConnections());
  return { close, port: (server.address() as AddressInfo).port };
}

const REQUEST = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}';

/** A client's connection, and what it has heard on it. */
async function client(port: number) {
  const socket: Socket = connect(port, '127.0.0.1');
  let heard = '';
  let isOver = false;
  socket.on('data', (data) => {
    heard += data;
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    isOver = true;
  });
  await once(socket, 'connect');
  onTestFinished(() => void socket.destroy());
  return {
    send: () => socket.write(REQUEST),
    heard: () => heard,
    answers: (count: number) => until(() => heard.split('HTTP/1.1 200').length > count),
    over: () => until(() => isOver),
  };
}

const answering: RequestListener = (_, response) => void response.end('ok');

test('whoever is being answered is asked to go elsewhere next, and then the server is closed', async () => {
  let answering: ServerResponse | undefined;
  const { port, close } = await serve((_, response) => {
    answering = response;
  });
  const by = await client(port);
  by.send();
  const response = await until(() => answering);
  const closing = close();
  response.end('late');
  await by.answers(1);
  expect(by.heard().toLowerCase()).toContain('connection: close');
  await Promise.all([by.over(), closing]);
});

test('while the process drains each answer says so, and connections are still taken', async () => {
  let isDraining = false;
  const { port, close } = await serve(answering, (server) =>
    drainConnections(server, { isDraining: () => isDraining, graceMs: 600_000 }),
  );
  const before = await client(port);
  before.send();
  await before.answers(1);
  expect(before.heard().toLowerCase()).toContain('connection: keep-alive');
  isDraining = true;
  before.send();
  await before.answers(2);
  await before.over();
  const late = await client(port);
  late.send();
  await late.answers(1);
  expect(late.heard().toLowerCase()).toContain('connection: close');
  await close();
});

/** A request on its way, over a connection that is used again or was just opened. */
const onItsWay = async (closer: Closer, isUsedBefore: boolean) => {
  const { port, close } = await serve(answering, closer);
  const by = await client(port);
  if (isUsedBefore) {
    by.send();
    await by.answers(1);
  } else {
    await delay(20);
  }
  by.send();
  const closing = close();
  await by.over();
  await closing;
  return by.heard().split('HTTP/1.1 200').length - 1 - (isUsedBefore ? 1 : 0);
};

test.each([true, false])(
  'a request that is on its way in the moment of closing is answered (used before: %s)',
  async (isUsedBefore) => {
    expect(await onItsWay(drained, isUsedBefore)).toBe(1);
  },
);

test('the mutant that closes what is idle at once is noticed', async () => {
  expect(await onItsWay(closeAtOnce, true)).toBe(0);
});

test('whoever waits to be taken in the moment of closing is answered, after a stall too', async () => {
  const { port, close } = await serve(answering);
  const closing = close();
  const connecting = Array.from({ length: 20 }, () => client(port));
  // The kernel has them all by now, and the server is past every patience when it looks next.
  const wakesAt = Date.now() + 1_200;
  while (Date.now() < wakesAt);
  const waiting = await Promise.all(connecting);
  for (const by of waiting) by.send();
  await Promise.all(waiting.map((by) => by.answers(1)));
  await closing;
});

test('connections that nobody uses do not keep it open', async () => {
  const { port, close } = await serve(answering);
  const used = await client(port);
  used.send();
  await used.answers(1);
  const unused = await client(port);
  await Promise.all([close(), used.over(), unused.over()]);
});

const REQUESTS = sized({ suite: 1_000, soak: 5_000 });

describe.each<[string, (ready: ReadyPorts) => Promise<Balancer>]>([
  ['requests', balanceRequests],
  ['connections', balanceConnections],
])('behind a balancer of %s', (_, balance) => {
  test(`a rolling restart cuts none of ${REQUESTS} requests`, async () => {
    const listener: RequestListener = (incoming, response) => {
      incoming.resume();
      setTimeout(() => response.end('ok'), Math.random() * 8);
    };
    const servers = [await serve(listener), await serve(listener)];
    await using balancer = await balance(() => servers.map(({ port }) => port));
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const ask = () =>
      new Promise<boolean>((resolve) => {
        const asking = request(
          { port: balancer.port, host: '127.0.0.1', method: 'POST', agent },
          (answer) => {
            answer.resume();
            answer.on('end', () => resolve(answer.statusCode === 200));
            answer.on('error', () => resolve(false));
          },
        );
        asking.on('error', () => resolve(false));
        asking.end('{}');
      });
    let asked = 0;
    let cut = 0;
    let restarts = 0;
    const asker = async () => {
      while (asked < REQUESTS || restarts < 4) {
        asked += 1;
        if (!(await ask())) cut += 1;
        await delay(Math.random() * 5);
      }
    };
    const restarting = async () => {
      while (asked < REQUESTS || restarts < 4) {
        // From here on it says that it is not ready.
        const [oldest] = servers.splice(0, 1);
        await oldest?.close();
        servers.push(await serve(listener, drained, oldest?.port));
        restarts += 1;
      }
    };
    await Promise.all([restarting(), ...Array.from({ length: 20 }, asker)]);
    expect(cut).toBe(0);
    await Promise.all(servers.map(({ close }) => close()));
  });
});
