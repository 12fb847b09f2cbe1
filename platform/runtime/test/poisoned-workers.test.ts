import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type Backplane, createBackplane } from '@souk/runtime/backplane';
import { silentLogger } from '@souk/runtime/process';
import { bundleProgram, forkProgram, redisUrl, until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

describe.skipIf(!redisUrl())('a job that ends each worker which takes it', () => {
  const options = { redisUrl: redisUrl() as string, keyPrefix: `poison-${randomUUID()}` };
  let backplane: Backplane;
  beforeAll(async () => {
    backplane = await createBackplane({ ...options, logger: silentLogger });
  });
  afterAll(() => backplane.close());

  test('is dead after five workers, and what was at work beside it is done', async () => {
    const queue = 'poisoned';
    const others = Array.from({ length: 15 }, (_, index) => `sound-${index}`);
    const ids = ['sound-a', 'poison', ...others];
    await backplane.jobs.add(
      queue,
      ids.map((id) => ({ id, name: 'test', data: {} })),
    );
    const done = new Set<string>();
    let died = 0;
    let isOver = false;
    let stop = () => {};
    const program = await bundleProgram(new URL('./poisoned-worker-process.ts', import.meta.url));
    const workers = (async () => {
      while (!isOver) {
        const { child } = forkProgram(program, {
          ...process.env,
          BACKPLANE: JSON.stringify(options),
          QUEUE: queue,
        });
        child.on('message', (said) => {
          const [what, id] = String(said).split(' ');
          if (what === 'done') done.add(id as string);
        });
        stop = () => child.kill('SIGKILL');
        await once(child, 'exit');
        if (!isOver) died += 1;
      }
    })();
    await until(async () => (await backplane.jobs.backlog(queue)) === 0);
    isOver = true;
    stop();
    await workers;
    const dead = await backplane.jobs.dead(queue, 100);
    expect(dead.map(({ id }) => id)).toEqual(['poison']);
    expect([...done].sort()).toEqual(ids.filter((id) => id !== 'poison').sort());
    expect(died).toBe(5);

    // Mended and replayed, it is tried like any other.
    const handled: string[] = [];
    const mended = backplane.jobs.work(queue, async ({ id }) => void handled.push(id));
    expect(await backplane.jobs.replay(queue)).toBe(1);
    await until(() => handled.includes('poison'));
    await mended.close();
  });

  test('that lost its worker, and fails for some other reason, is tried as often as any', async () => {
    const queue = 'unlucky';
    await backplane.jobs.add(queue, [{ id: 'unlucky', name: 'test', data: {} }]);
    const { child, next } = forkProgram(new URL('./backplane.worker-process.ts', import.meta.url), {
      ...process.env,
      BACKPLANE: JSON.stringify(options),
      QUEUE: queue,
    });
    expect(await next()).toBe('started unlucky');
    child.kill('SIGKILL');
    await once(child, 'exit');
    let tries = 0;
    const worker = backplane.jobs.work(queue, async () => {
      tries += 1;
      if (tries < 4) throw new Error('Not yet.');
    });
    await until(() => tries === 4);
    await until(async () => (await backplane.jobs.backlog(queue)) === 0);
    expect(await backplane.jobs.dead(queue, 1)).toEqual([]);
    await worker.close();
  });
});
