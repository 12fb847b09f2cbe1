import { randomUUID } from 'node:crypto';
import { freePort } from '@souk/embedded';
import { untilItWorks } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createBackplane } from '../src/backplane/index.ts';
import { describeBackplane } from './backplane.contract.ts';
import { type OwnRedis, startOwnRedis, withoutRedis } from './backplane.redis-server.ts';

const SLOTS = 16_384;
describe.skipIf(withoutRedis)('on a Redis Cluster', () => {
  const nodes: OwnRedis[] = [];
  /**
   * The ports on which nodes talk to each other: by default in the range that any connection may be given.
   */
  const busPorts: number[] = [];
  const clusterUrl = () => nodes.map(({ url }) => url).join(',');

  beforeAll(async () => {
    for (let index = 0; index < 3; index += 1) {
      const busPort = await freePort();
      const settings = ['cluster-enabled yes', 'cluster-node-timeout 1000'];
      nodes.push(await startOwnRedis([...settings, `cluster-port ${busPort}`]));
      busPorts.push(busPort);
    }
    const share = Math.ceil(SLOTS / nodes.length);
    for (const [index, { inspect }] of nodes.entries()) {
      const last = Math.min((index + 1) * share, SLOTS) - 1;
      await inspect.cluster('ADDSLOTSRANGE', index * share, last);
      await inspect.cluster('SET-CONFIG-EPOCH', index + 1);
    }
    // The client's types only know the first form of this command.
    const meet = (port: number, busPort = 0) =>
      nodes[0]?.inspect.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
    for (const [index, { port }] of nodes.entries())
      if (index > 0) await meet(port, busPorts[index]);
    const formed = async () => {
      for (const { inspect } of nodes) {
        const info = await inspect.cluster('INFO');
        expect(info).toContain('cluster_state:ok');
        expect(info).toContain('cluster_known_nodes:3');
      }
    };
    await untilItWorks(formed);
  });
  afterAll(() => Promise.all(nodes.map((node) => node.remove())));

  describeBackplane({
    name: 'Redis Cluster',
    options: () => ({ redisUrl: clusterUrl() }),
    spansProcesses: true,
  });

  test('listens at another node when the one it listened at is gone', async () => {
    const keyPrefix = `gone-${randomUUID().slice(0, 8)}`;
    const backplane = await createBackplane({ redisUrl: clusterUrl(), keyPrefix });
    const seen: unknown[] = [];
    const leave = await backplane.pubsub.subscribe('topic', (payload) => seen.push(payload));
    const resubscribed = vi.fn();
    backplane.pubsub.onResubscribed(resubscribed);
    const subscribers = async ({ inspect }: OwnRedis) =>
      Number((await inspect.pubsub('NUMSUB', `${keyPrefix}:topic:topic`))[1]);
    const listening = await Promise.all(nodes.map(subscribers));
    expect(listening.toSorted()).toEqual([0, 0, 1]);
    const node = nodes[listening.indexOf(1)] as OwnRedis;
    await node.kill();
    await untilItWorks(() => expect(resubscribed).toHaveBeenCalled());
    await untilItWorks(async () => {
      await backplane.pubsub.publish('topic', 'still here').catch(() => undefined);
      expect(seen).toContain('still here');
    });
    await leave();
    await backplane.close();
    await node.start();
  });
});
