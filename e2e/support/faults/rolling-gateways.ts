import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Balancer, type ReadyPorts, until } from '@souk/testkit';
import { expect } from 'vitest';
import type { ComposedProcess } from '../composed-processes.ts';
import { exitOf, readiness } from '../composed-processes.ts';
import type { ComposedSouk } from '../composed-souk.ts';

/** Asked through gateway and subgraph; what is answered is known. */
const BODY = JSON.stringify({ query: '{ products(first: 1) { edges { cursor } } }' });

/** Two more gateways, to be stopped and started again. */
export async function startGateways(souk: ComposedSouk): Promise<ComposedProcess[]> {
  const gateways = [await souk.startAnother('gateway'), await souk.startAnother('gateway')];
  await Promise.all(gateways.map(readiness));
  return gateways;
}

/**
 * The gateways behind a balancer, each stopped and started again in turn under load. Returns how many
 * requests were not answered with 200, and how many stops there were.
 */
export async function rollGateways(
  souk: ComposedSouk,
  gateways: ComposedProcess[],
  balance: (ready: ReadyPorts) => Promise<Balancer>,
  { requests, stops: atLeast }: { requests: number; stops: number },
): Promise<{ asked: number; cut: string[]; stops: number }> {
  await using balancer = await balance(() => gateways.map(({ port }) => port));
  const agent = new Agent({ keepAlive: true });
  const ask = () =>
    new Promise<string | null>((resolve) => {
      const asking = request(
        {
          port: balancer.port,
          host: '127.0.0.1',
          path: '/graphql',
          method: 'POST',
          agent,
          headers: { 'content-type': 'application/json' },
        },
        async (answer) => {
          answer.on('error', (error) => resolve(error.message));
          let text = '';
          for await (const chunk of answer.setEncoding('utf8')) text += chunk;
          const isRight = answer.statusCode === 200 && text.startsWith('{"data":{"products"');
          resolve(isRight ? null : `${answer.statusCode} ${text}`);
        },
      );
      asking.on('error', (error) => resolve(error.message));
      asking.end(BODY);
    });
  let asked = 0;
  let stops = 0;
  const cut: string[] = [];
  const isOver = () => asked >= requests && stops >= atLeast;
  const asking = async () => {
    while (!isOver()) {
      asked += 1;
      const failure = await ask();
      if (failure !== null) cut.push(failure);
      await delay(Math.random() * 10);
    }
  };
  const rolling = async () => {
    while (!isOver()) {
      const [oldest] = gateways.splice(0, 1) as [ComposedProcess];
      oldest.child.kill('SIGTERM');
      expect(await exitOf(oldest), oldest.output()).toBe(0);
      stops += 1;
      const successor = await souk.startAnother('gateway', oldest.port);
      await readiness(successor);
      gateways.push(successor);
    }
  };
  await Promise.all([rolling(), ...Array.from({ length: 20 }, asking)]);
  agent.destroy();
  return { asked, cut, stops };
}

/** How many milliseconds a gateway with idle clients takes to stop. */
export async function stopIdle(gateway: ComposedProcess): Promise<number> {
  const [used, unused] = [0, 1].map(() => connect(gateway.port, '127.0.0.1'));
  for (const socket of [used, unused]) if (socket) await once(socket, 'connect');
  let heard = '';
  used?.on('data', (data) => {
    heard += data;
  });
  used?.write('GET /livez HTTP/1.1\r\nhost: souk\r\n\r\n');
  await until(() => heard.includes('200 OK'));
  const before = performance.now();
  gateway.child.kill('SIGTERM');
  expect(await exitOf(gateway)).toBe(0);
  used?.destroy();
  unused?.destroy();
  return performance.now() - before;
}
