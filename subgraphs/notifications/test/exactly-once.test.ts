import type { Backplane, JobQueues } from '@souk/runtime/backplane';
import { newId } from '@souk/runtime/domain';
import { EVENTS, eventQueueOf } from '@souk/runtime/events';
import {
  as,
  type StartedSubgraph,
  sized,
  sql,
  startSubgraph,
  testBackplane,
  until,
} from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createNotificationsSubgraph } from '../src/index.ts';
import type { MailTransport, OutgoingMail } from '../src/mail/mail-transport.ts';
import { createClient } from '../src/persistence/client.ts';
import { storesOn } from '../src/persistence/stores.ts';
import { raiseEachTime } from './mutants/raise-each-time.ts';

type JobHandler = Parameters<JobQueues['work']>[1];

const EVENTS_DELIVERED = sized({ suite: 60, soak: 1_000 });
const TIMES = 5;
const WORKERS = 4;
const WITHIN = { within: sized({ suite: 60_000, soak: 900_000 }) };
/** Mails of one person leave one after the other, so many people are done sooner. */
const PEOPLE = Array.from({ length: sized({ suite: 12, soak: 100 }) }, (_, at) => `buyer${at}`);

/** A job in three dies: before its work, or after it was committed and before that was said. */
const dying =
  (handler: JobHandler): JobHandler =>
  async (job) => {
    const fate = Math.random();
    if (fate < 0.15) throw new Error('killed before');
    await handler(job);
    if (fate < 0.3) throw new Error('killed after');
  };
const withDyingWorkers = (backplane: Backplane): Backplane => {
  const jobs = new Proxy(backplane.jobs, {
    get: (of, name: keyof JobQueues) =>
      name === 'work'
        ? (queue: string, handler: JobHandler, options?: object) =>
            of.work(queue, dying(handler), options)
        : of[name].bind(of),
  });
  return new Proxy(backplane, {
    get: (of, name: keyof Backplane) => (name === 'jobs' ? jobs : of[name]),
  });
};

/** Takes a mail or dies before it does. */
const sent: OutgoingMail[] = [];
const mail: MailTransport = {
  send: async (mail) => {
    if (Math.random() < 0.3) throw new Error('the line broke');
    sent.push(mail);
    return { providerId: null };
  },
  close: async () => {},
};

/** Stands still until all is written, so that nothing leaves before. */
let now = new Date();
let graph: StartedSubgraph;
let backplane: Backplane;
const workers: { close(graceMs?: number): Promise<void> }[] = [];
beforeAll(async () => {
  backplane = await testBackplane({ retries: { attempts: 5, backoffMs: 50 } });
  graph = await startSubgraph(
    'notifications',
    (deps) => createNotificationsSubgraph({ ...deps, mail }),
    {
      config: { mailFrom: 'Souk <hello@souk.test>', missedMailDelaySeconds: 1 },
      backplane: withDyingWorkers(backplane),
      clock: () => now,
    },
  );
  for (let nth = 0; nth < WORKERS; nth += 1) workers.push(graph.subgraph.startWorker());
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.close(2_000)));
  await graph[Symbol.asyncDispose]();
  await backplane.close();
});

/** Until the queue is empty; what died too often is put back to work. */
const done = (queue: string) =>
  until(async () => {
    await backplane.jobs.replay(queue);
    return (
      (await backplane.jobs.backlog(queue)) === 0 && (await backplane.jobs.deadCount(queue)) === 0
    );
  }, WITHIN);

const shuffled = <Item>(items: readonly Item[]): Item[] =>
  items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);

test(
  'events delivered five times, in any order, to four workers that keep dying: one notice and one mail each',
  async () => {
    for (const who of PEOPLE) {
      await graph.deliver('users.EmailVerified', {
        ...{ userId: as(who).userId, email: `${who}@example.test` },
      });
    }
    await done(eventQueueOf('notifications'));
    const type = 'orders.OrderStatusChanged' as const;
    const events = Array.from({ length: EVENTS_DELIVERED }, (_, nth) => ({
      ...{ id: newId('evt'), type, stream: 'order', sequence: nth + 1, position: nth + 1 },
      version: EVENTS[type].version,
      payload: {
        ...{ orderId: newId('ord'), number: `S-${nth}`, from: 'PLACED', to: 'PAID', reason: null },
        buyerId: as(PEOPLE[nth % PEOPLE.length] as string).userId,
      },
      occurredAt: new Date(),
    }));
    const told = shuffled(
      events.flatMap((event) => Array.from({ length: TIMES }, (_, round) => ({ event, round }))),
    );
    const jobs = told.map(({ event, round }) => ({
      ...{ id: `${event.id}-${round}`, name: event.type, data: event },
    }));
    await backplane.jobs.add(eventQueueOf('notifications'), jobs);
    await done(eventQueueOf('notifications'));
    const [notices] = await sql<{ all: number; counted: number }>(
      graph,
      'SELECT count(*)::int AS all, sum(count)::int AS counted FROM notification',
    );
    expect(notices).toEqual({ all: EVENTS_DELIVERED, counted: EVENTS_DELIVERED });
    await until(async () => {
      // By less than a mail is claimed for, and only while none is on its way: what failed is due again then.
      if ((await backplane.jobs.backlog('mail')) === 0) now = new Date(now.getTime() + 60_000);
      await backplane.jobs.replay('mail');
      const [{ waiting } = { waiting: 1 }] = await sql<{ waiting: number }>(
        graph,
        `SELECT count(*)::int AS waiting FROM email_message WHERE status <> 'SENT'`,
      );
      return waiting === 0;
    }, WITHIN);
    expect(sent).toHaveLength(EVENTS_DELIVERED);
    expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(EVENTS_DELIVERED);
    // Of each person in the order in which they were written.
    for (const who of PEOPLE) {
      const ids = sent
        .filter(({ to }) => to.startsWith(`${who}@`))
        .map(({ messageId }) => messageId);
      expect(ids).toEqual([...ids].sort());
    }

    // The mutant, which puts a notice into an inbox each time it is told, makes more of the same.
    const client = createClient(graph.databaseUrl);
    const counting = withDyingWorkers(backplane).jobs.work('mutant', ({ data }) =>
      raiseEachTime(storesOn(client), data as (typeof events)[number]),
    );
    await sql(graph, 'DELETE FROM notification');
    await backplane.jobs.add('mutant', jobs.slice(0, 50));
    await done('mutant');
    const [raised] = await sql<{ counted: number }>(
      graph,
      'SELECT sum(count)::int AS counted FROM notification',
    );
    expect(raised?.counted).toBeGreaterThan(
      new Set(jobs.slice(0, 50).map(({ name, data }) => name + data.id)).size,
    );
    await counting.close();
    await client.$disconnect();
  },
  sized({ suite: 300_000, soak: 1_800_000 }),
);
