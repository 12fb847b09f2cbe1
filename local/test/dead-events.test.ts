import { randomUUID } from 'node:crypto';
import { createBackplane } from '@souk/runtime/backplane';
import { eventQueueOf } from '@souk/runtime/events';
import { silentLogger } from '@souk/runtime/process';
import { createDatabase, redisUrl, until } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { EventsUsageError, eventsCommand } from '../src/dead-events.ts';

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

test.each([[[]], [['replay']], [['revive', 'chat']], [['dead', 'chats']], [['replay', 'chats']]])(
  'the arguments %j are refused with the way to call it',
  async (args) => {
    const unused = { dead: () => Promise.reject(), replay: () => Promise.reject() };
    await expect(eventsCommand(unused, args)).rejects.toThrow(EventsUsageError);
  },
);
