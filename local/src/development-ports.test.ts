import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { developmentPorts } from './development-ports.ts';
import { portTaken } from './port-holder.ts';

const taking =
  (...taken: number[]) =>
  async (port: number) =>
    taken.includes(port);

test('the ports are those of souk.config.ts, and all ten higher where one is taken', async () => {
  const first = await developmentPorts(4000, taking());
  expect([first.gateway, first.of('users')]).toEqual([4000, { port: 4001, workerPort: 4101 }]);
  for (const taken of [4000, 4003, 4106]) {
    const second = await developmentPorts(4000, taking(taken));
    expect([second.gateway, second.of('users')]).toEqual([4010, { port: 4011, workerPort: 4111 }]);
  }
  const third = await developmentPorts(4000, taking(4000, 4012));
  expect(third.gateway).toBe(4020);
});

test("a gateway's port that was asked for stays, or is reported as taken", async () => {
  const ports = await developmentPorts(5000, taking(4001));
  expect([ports.gateway, ports.of('users').port]).toEqual([5000, 4011]);
  await expect(developmentPorts(5000, taking(5000))).rejects.toMatchObject({ code: 'PORT_TAKEN' });
});

test.runIf(process.platform === 'linux')(
  'who has a port is named, with how to free it',
  async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const error = portTaken(port, 'npm start -- --port <n>');
    expect(error.message).toContain(`Port ${port} is taken by process ${process.pid} (`);
    expect(error.wayOut).toBe(
      `kill ${process.pid} frees it; or choose another port: npm start -- --port <n>`,
    );
  },
);
