import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@souk/runtime/process';
import { until } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { startToy } from './support/start-toy.ts';
import { createToy } from './support/toy-shop.ts';

test('a subgraph that is away for hundreds of requests is a few lines, without stacks', async () => {
  let isAway = true;
  const server = createServer((request, response) => {
    if (isAway) return void request.socket.destroy();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"data":{"whoAsks":"back"}}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const toy = createToy();
  await using started = await startToy(
    {
      subgraphs: { rooms: toy.rooms },
      subgraphUrls: {
        people: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
      },
      rateLimits: 'off',
      logger: createLogger({ name: 'test', destination }),
    },
    toy,
  );
  const ask = async (index: number) => (await started.post(`{ whoAsks } # ${index}`)).body;
  const logged = (message: string) =>
    lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === message);
  let asked = 0;
  await until(async () => {
    asked += 1;
    await ask(asked);
    return logged('a subgraph keeps failing and is left alone').length > 0;
  });
  for (let index = 0; index < 200; index += 1) await ask(index);
  expect(logged('a subgraph keeps failing and is left alone')).toHaveLength(1);
  // The first at once; the others are a count in each ten seconds.
  expect(logged('a subgraph failed').length).toBeLessThan(4);
  expect(lines.join('\n')).not.toContain('stack');
  isAway = false;
  await until(async () => (await ask(0)).data?.whoAsks === 'back');
  const [back, ...more] = logged('a subgraph that was left alone is back');
  expect(back.refused).toBeGreaterThan(100);
  expect(more).toEqual([]);
});
