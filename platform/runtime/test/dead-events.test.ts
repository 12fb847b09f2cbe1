import { randomUUID } from 'node:crypto';
import { createDatabase, redisUrl, until } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createBackplane } from '../src/backplane/index.ts';
import { EventsUsageError, eventQueueOf, eventsCommand, MAIL_QUEUE } from '../src/events/index.ts';
import { silentLogger } from '../src/process/index.ts';

const backends = redisUrl() ? ['Redis', 'PostgreSQL'] : ['PostgreSQL'];

test.each(backends)(
  'on %s, dead events are listed, and work again once replayed',
  async (where) => {
    const jobsDatabase = where === 'PostgreSQL' ? await createDatabase(null) : null;
    const backplane = await createBackplane({
      redisUrl: jobsDatabase ? undefined : (redisUrl() ?? undefined),
      jobsDatabaseUrl: jobsDatabase?.url,
      keyPrefix: `test-${randomUUID()}`,
      retries: { attempts: 2, backoffMs: 1 },
      logger: silentLogger,
    });
    onTestFinished(async () => {
      await backplane.close();
      await jobsDatabase?.drop();
    });
    const { jobs } = backplane;
    const queue = eventQueueOf('chat');
    let broken = true;
    const handled: string[] = [];
    jobs.work(queue, async ({ id }) => {
      if (broken) throw new Error('no room\nand a stack');
      handled.push(id);
    });
    const named = (id: string) => ({ id, name: 'groups.GroupDeleted', data: {} });
    await jobs.add(queue, ['evt_a', 'evt_b', 'evt_c'].map(named));
    await until(async () => (await jobs.dead(queue, 10)).length === 3);

    const listed = await eventsCommand(jobs, ['dead']);
    expect(listed).toMatch(/^users: none$/m);
    expect(listed).toMatch(/^chat: 3$/m);
    expect(listed).toMatch(/^ {2}evt_b {2}groups\.GroupDeleted {2}\S+ {2}2 attempts: no room$/m);

    broken = false;
    expect(await eventsCommand(jobs, ['replay', 'chat', 'evt_b', 'evt_x'])).toBe(
      'chat: 1 put back to work',
    );
    await until(() => handled.includes('evt_b'));
    expect(await eventsCommand(jobs, ['replay', 'chat'])).toBe('chat: 2 put back to work');
    await until(() => handled.length === 3);
    expect(await eventsCommand(jobs, ['dead', 'chat'])).toBe('chat: none');
  },
);

test.each([
  ['\nInvalid `prisma.x()` invocation\n at', 'Invalid `prisma.x()` invocation'],
  ['\r\n  \n  late\n', 'late'],
  ['', 'no reason was given'],
])('the reason %j is listed as %j, of every queue of a subgraph', async (reason, shown) => {
  const dead = [{ id: 'a.1', name: 'send', data: {}, attempts: 5, reason, failedAt: new Date() }];
  const asked: string[] = [];
  const jobs = {
    dead: async (queue: string) => {
      asked.push(queue);
      return dead;
    },
    replay: async () => 1,
  };
  const listed = await eventsCommand(jobs, ['dead', 'notifications']);
  expect(listed.split('\n').filter((line) => line.endsWith(`5 attempts: ${shown}`))).toHaveLength(
    3,
  );
  expect(listed).toMatch(/^notifications, queue mail: 1$/m);
  expect(asked).toContain(MAIL_QUEUE);
  expect(await eventsCommand(jobs, ['replay', 'notifications'])).toBe(
    'notifications: 3 put back to work',
  );
});

test.each([[[]], [['replay']], [['revive', 'chat']], [['dead', 'chats']], [['replay', 'chats']]])(
  'the arguments %j are refused with the way to call it',
  async (args) => {
    const unused = { dead: () => Promise.reject(), replay: () => Promise.reject() };
    await expect(eventsCommand(unused, args)).rejects.toThrow(EventsUsageError);
  },
);
