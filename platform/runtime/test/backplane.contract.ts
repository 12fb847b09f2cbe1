import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { forkProgram, unlessHeldUp, untilItWorks } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Backplane,
  type BackplaneOptions,
  createBackplane,
  type PresenceLease,
  type Unsubscribe,
} from '../src/backplane/index.ts';
import { serviceUnavailable } from '../src/domain/errors/common-errors.ts';
import { currentWork, inWorkContext } from '../src/telemetry/index.ts';

/** What a backplane must do whatever it stands on. Run by a test file per implementation. */
export interface BackplaneUnderTest {
  name: string;
  /** Where it stands: a function, for that is known only when the tests run. */
  options(): Pick<BackplaneOptions, 'redisUrl' | 'jobsDatabaseUrl'>;
  /** Whether a second backplane with the same prefix is a second process of the installation. */
  spansProcesses: boolean;
}

/** Milliseconds after which BullMQ by itself takes a job from a process that no longer says it is there. */
const STALLED_BY_DEFAULT_MS = 30_000;
/** What Prisma says when a transaction lasts longer than it may. */
const expiredTransaction = () =>
  Object.assign(
    new Error(
      'Transaction API error: Transaction already closed: A query cannot be executed on an expired transaction.',
    ),
    { code: 'P2028', meta: {} },
  );
const unique = (name: string) => `${name}-${randomUUID().slice(0, 8)}`;

/** The same rules as in production, at a fifth of its pauses. */
const retries = { attempts: 5, backoffMs: 100 };

export const describeBackplane = ({ name, options, spansProcesses }: BackplaneUnderTest) =>
  describe(`the ${name} backplane`, () => {
    /** A backplane as a process has it; the same prefix means the same installation. */
    const open = (keyPrefix: string) => createBackplane({ ...options(), keyPrefix, retries });
    const prefix = unique('contract');
    let here: Backplane;
    /** Another process of the same installation, where the implementation knows such a thing. */
    let there: Backplane;
    beforeAll(async () => {
      here = await open(prefix);
      there = spansProcesses ? await open(prefix) : here;
    });
    afterAll(async () => {
      await there?.close();
      if (here !== there) await here?.close();
    });

    test('answers a ping', async () => {
      await expect(here.ping()).resolves.toBeUndefined();
    });

    describe('pubsub', () => {
      test('delivers everything published after subscribe resolved, in order', async () => {
        const topic = unique('topic');
        const seen: unknown[] = [];
        const unsubscribe = await there.pubsub.subscribe(topic, (payload) => seen.push(payload));
        const sent = Array.from({ length: 200 }, (_, sequence) => ({ sequence }));
        for (const payload of sent) await here.pubsub.publish(topic, payload);
        await untilItWorks(() => expect(seen).toHaveLength(200));
        expect(seen).toEqual(sent);
        await unsubscribe();
      });

      test('delivers later than publish is called, never within it', async () => {
        const topic = unique('topic');
        const seen: unknown[] = [];
        const unsubscribe = await here.pubsub.subscribe(topic, (payload) => seen.push(payload));
        const published = here.pubsub.publish(topic, 'now?');
        expect(seen).toEqual([]);
        await published;
        await expect.poll(() => seen).toEqual(['now?']);
        await unsubscribe();
      });

      test('delivers first where it is published, if asked to, and everywhere all the same', async () => {
        const topic = unique('topic');
        const seen: [unknown[], unknown[]] = [[], []];
        const leaving = [
          await here.pubsub.subscribe(topic, (payload) => seen[0].push(payload)),
          await there.pubsub.subscribe(topic, (payload) => seen[1].push(payload)),
        ];
        const published = here.pubsub.publish(topic, { sequence: 1 }, { hereFirst: true });
        expect(seen).toEqual([[], []]);
        await published;
        // The server brings it once more; where there is none it comes once.
        const times = here.kind === 'redis' ? 2 : 1;
        await expect.poll(() => seen[0]).toEqual(Array(times).fill({ sequence: 1 }));
        const elsewhere = here === there ? times : 1;
        await expect.poll(() => seen[1]).toEqual(Array(elsewhere).fill({ sequence: 1 }));
        for (const leave of leaving) await leave();
        await here.pubsub.publish(topic, 'nobody listens', { hereFirst: true });
        expect(seen[0]).toHaveLength(times);
      });

      test('what a listener does is no part of the work that published', async () => {
        const topic = unique('topic');
        const during: unknown[] = [];
        const leave = await here.pubsub.subscribe(topic, () => during.push(currentWork()));
        await inWorkContext({ requestId: 'req_1' }, async () => {
          await here.pubsub.publish(topic, 1, { hereFirst: true });
          await here.pubsub.publish(topic, 2);
        });
        await untilItWorks(() => expect(during.length).toBeGreaterThanOrEqual(2));
        expect(during).toEqual(during.map(() => ({})));
        await leave();
      });

      test('delivers to all listeners of a topic, and one leaving leaves the other', async () => {
        const topic = unique('topic');
        const first: unknown[] = [];
        const second: unknown[] = [];
        const leave = await here.pubsub.subscribe(topic, (payload) => first.push(payload));
        const stay = await here.pubsub.subscribe(topic, (payload) => second.push(payload));
        await here.pubsub.publish(topic, 1);
        await untilItWorks(() => expect([first, second]).toEqual([[1], [1]]));
        await leave();
        await leave();
        await here.pubsub.publish(topic, 2);
        await expect.poll(() => second).toEqual([1, 2]);
        expect(first).toEqual([1]);
        await stay();
      });

      test('delivers again to one who left and came back at once', async () => {
        const topic = unique('topic');
        const leaving: ReturnType<Unsubscribe>[] = [];
        for (let round = 0; round < 20; round += 1) {
          const seen: unknown[] = [];
          const leave = await there.pubsub.subscribe(topic, (payload) => seen.push(payload));
          await here.pubsub.publish(topic, round);
          await expect.poll(() => seen).toEqual([round]);
          leaving.push(leave());
        }
        await Promise.all(leaving);
      });

      test('a listener may unsubscribe itself and others while it is called', async () => {
        const topic = unique('topic');
        const seen: string[] = [];
        const leaves: Unsubscribe[] = [];
        const leaving: ReturnType<Unsubscribe>[] = [];
        for (const listener of ['a', 'b']) {
          const leave = await here.pubsub.subscribe(topic, () => {
            seen.push(listener);
            for (const leaveToo of leaves) leaving.push(leaveToo());
          });
          leaves.push(leave);
        }
        await here.pubsub.publish(topic, 'go');
        await here.pubsub.publish(topic, 'nobody is left');
        await expect.poll(() => seen).toEqual(['a']);
        await delay(50);
        expect(seen).toEqual(['a']);
        await Promise.all(leaving);
      });

      test('a listener that throws keeps no message from the next one', async () => {
        const topic = unique('topic');
        const seen: unknown[] = [];
        const leaveFirst = await here.pubsub.subscribe(topic, () => {
          throw new Error('a faulty listener');
        });
        const leaveSecond = await here.pubsub.subscribe(topic, (payload) => seen.push(payload));
        await here.pubsub.publish(topic, 'one');
        await here.pubsub.publish(topic, 'two');
        await expect.poll(() => seen).toEqual(['one', 'two']);
        await leaveFirst();
        await leaveSecond();
      });

      test('a payload is a copy nobody can change', async () => {
        const topic = unique('topic');
        const seen: unknown[] = [];
        const unsubscribe = await here.pubsub.subscribe(topic, (payload) => seen.push(payload));
        const payload = { room: { id: 'room_1' }, at: new Date(0) };
        const published = here.pubsub.publish(topic, payload);
        payload.room.id = 'changed';
        await published;
        await here.pubsub.publish(topic, undefined);
        await expect.poll(() => seen).toHaveLength(2);
        expect(seen).toEqual([{ room: { id: 'room_1' }, at: '1970-01-01T00:00:00.000Z' }, null]);
        const room = (seen[0] as typeof payload).room;
        expect(() => Object.assign(room, { id: 'room_2' })).toThrow(TypeError);
        await unsubscribe();
      });

      /**
       * What was published before is through. A node of a cluster hands on what it is given in order, and each is given
       * something: which one is left to chance.
       */
      const untilAllHasPassed = async () => {
        const topic = unique('topic');
        let passed = 0;
        const unsubscribe = await here.pubsub.subscribe(topic, () => {
          passed += 1;
        });
        await Promise.all(Array.from({ length: 40 }, () => here.pubsub.publish(topic, 'passes')));
        await expect.poll(() => passed).toBe(40);
        await unsubscribe();
      };

      test('what nobody listens to is gone', async () => {
        const topic = unique('topic');
        await here.pubsub.publish(topic, 'early');
        await untilAllHasPassed();
        const seen: unknown[] = [];
        const unsubscribe = await here.pubsub.subscribe(topic, (payload) => seen.push(payload));
        await here.pubsub.publish(topic, 'late');
        await expect.poll(() => seen).toEqual(['late']);
        await unsubscribe();
      });
    });

    describe('presence', () => {
      const leaseOf = (userId: string, connectionId = unique('connection')): PresenceLease => ({
        userId,
        connectionId,
      });

      test('announces the first lease and the last release of a user, whatever the process', async () => {
        const [phone, laptop] = [leaseOf('usr_two'), leaseOf('usr_two')];
        expect(await here.presence.renew(phone, 30)).toBe(true);
        expect(await there.presence.renew(laptop, 30)).toBe(false);
        expect(await there.presence.renew(phone, 30)).toBe(false);
        expect(await here.presence.release(laptop)).toBe(false);
        expect(await there.presence.release(phone)).toBe(true);
        expect(await here.presence.release(phone)).toBe(false);
        expect(await here.presence.renew(phone, 30)).toBe(true);
        await here.presence.release(phone);
      });

      test('exactly one of many simultaneous first leases is the first', async () => {
        const answers = await Promise.all(
          Array.from({ length: 40 }, (_, index) =>
            (index % 2 ? here : there).presence.renew(leaseOf('usr_rush'), 30),
          ),
        );
        expect(answers.filter(Boolean)).toHaveLength(1);
        expect((await there.presence.connected(['usr_rush'])).get('usr_rush')).toEqual({
          connections: 40,
          lastActiveAt: null,
        });
      });

      test('a lapsed lease counts for nothing, and its user is announced as gone once', async () => {
        const brief = leaseOf('usr_brief');
        await here.presence.renew(brief, 0.05);
        const lasting = leaseOf('usr_lasting');
        await here.presence.renew({ ...lasting, connectionId: 'brief' }, 0.05);
        await here.presence.renew(lasting, 30);
        const gone = async () =>
          (await Promise.all([here.presence.expire(), there.presence.expire()])).flat();
        await delay(80);
        expect((await here.presence.connected(['usr_brief'])).size).toBe(0);
        expect(await here.presence.release(brief)).toBe(false);
        const announced = [...(await gone()), ...(await gone())];
        expect(announced.filter((userId) => userId === 'usr_brief')).toHaveLength(1);
        expect(announced).not.toContain('usr_lasting');
        expect((await here.presence.connected(['usr_lasting'])).get('usr_lasting')).toMatchObject({
          connections: 1,
        });
        expect(await here.presence.renew(brief, 30)).toBe(true);
      });

      test('renewing before the end keeps a lease alive', async () => {
        await unlessHeldUp(500, async () => {
          const user = unique('usr_steady');
          const lease = leaseOf(user);
          let renewedFrom = performance.now();
          /** Whether less than the lease has passed since the last renewal was asked for. */
          const isInTime = (at: number) => {
            const last = renewedFrom;
            renewedFrom = at;
            return performance.now() - last < 500;
          };
          await here.presence.renew(lease, 0.5);
          for (let beat = 0; beat < 5; beat += 1) {
            await delay(150);
            const from = performance.now();
            const isFirst = await there.presence.renew(lease, 0.5);
            if (!isInTime(from)) return false;
            expect(isFirst).toBe(false);
          }
          const gone = await here.presence.expire();
          if (!isInTime(renewedFrom)) return false;
          expect(gone).not.toContain(user);
          return true;
        });
      });

      test('releasing the only living lease is the last, whatever has lapsed before', async () => {
        await here.presence.renew(leaseOf('usr_crashed'), 0.05);
        const living = leaseOf('usr_crashed');
        await here.presence.renew(living, 30);
        await delay(80);
        expect(await there.presence.release(living)).toBe(true);
        expect(await here.presence.expire()).not.toContain('usr_crashed');
      });

      test('who comes and goes in one turn is gone, whoever else goes with them', async () => {
        const [swift, other] = [leaseOf('usr_swift'), leaseOf('usr_other')];
        await here.presence.renew(other, 30);
        const answers = await Promise.all([
          here.presence.release(other),
          here.presence.renew(swift, 30),
          here.presence.release(swift),
        ]);
        expect(answers).toEqual([true, true, true]);
        expect(await there.presence.connected(['usr_swift', 'usr_other'])).toEqual(new Map());
      });

      test('gives the newest activity of those connected, and only of those asked for', async () => {
        const user = 'usr_active';
        const [older, newer] = [new Date('2026-01-01T10:00:00Z'), new Date('2026-01-01T10:05:00Z')];
        const lease = leaseOf(user);
        await here.presence.renew({ ...lease, activeAt: newer }, 30);
        await there.presence.renew({ ...leaseOf(user), activeAt: older }, 30);
        await here.presence.renew(lease, 30);
        expect(await there.presence.connected([user, 'usr_nobody'])).toEqual(
          new Map([[user, { connections: 2, lastActiveAt: newer }]]),
        );
        expect(await there.presence.connected([])).toEqual(new Map());
      });

      test('activity of an earlier visit is forgotten', async () => {
        const lease = leaseOf('usr_again');
        await here.presence.renew({ ...lease, activeAt: new Date() }, 0.05);
        await delay(80);
        await here.presence.renew(lease, 30);
        expect((await here.presence.connected(['usr_again'])).get('usr_again')).toEqual({
          connections: 1,
          lastActiveAt: null,
        });
      });

      test('answers for thousands of users', async () => {
        const userIds = Array.from({ length: 1_200 }, (_, index) => `usr_many${index}`);
        await Promise.all(userIds.map((userId) => here.presence.renew(leaseOf(userId), 0.2)));
        await untilItWorks(async () =>
          expect((await here.presence.connected(userIds)).size).toBe(0),
        );
        const gone = new Set(await there.presence.expire());
        expect(userIds.filter((userId) => !gone.has(userId))).toEqual([]);
      });
    });

    describe('jobs', () => {
      const job = (id: string, data: unknown = {}) => ({ id, name: 'test', data });

      test('handles every job at least once and then has no backlog', async () => {
        const queue = unique('every');
        const jobs = Array.from({ length: 120 }, (_, index) => job(`job-${index}`, { index }));
        await here.jobs.add(queue, jobs);
        expect(await there.jobs.backlog(queue)).toBe(120);
        const handled = new Map<string, unknown>();
        const worker = there.jobs.work(
          queue,
          async ({ id, name, data, attempt }) => void handled.set(id, { name, data, attempt }),
          { concurrency: 5 },
        );
        await untilItWorks(() => expect(handled.size).toBe(120));
        expect(handled.get('job-7')).toEqual({ name: 'test', data: { index: 7 }, attempt: 1 });
        await expect.poll(() => here.jobs.backlog(queue)).toBe(0);
        await worker.close();
      });

      test('wakes a waiting worker at once', async () => {
        const queue = unique('wake');
        const handled: string[] = [];
        const worker = there.jobs.work(queue, async ({ id }) => void handled.push(id));
        await here.jobs.add(queue, [job('first')]);
        await expect.poll(() => handled).toEqual(['first']);
        await delay(100);
        await here.jobs.add(queue, [job('second')]);
        await expect.poll(() => handled).toEqual(['first', 'second']);
        await worker.close();
      });

      test('drops a job whose id it knows, before and after it was handled', async () => {
        const queue = unique('known');
        const handled: unknown[] = [];
        await here.jobs.add(queue, [job('evt_1', 'first'), job('evt_1', 'second')]);
        await there.jobs.add(queue, [job('evt_1', 'third')]);
        const worker = here.jobs.work(queue, async ({ data }) => void handled.push(data));
        await expect.poll(() => handled).toEqual(['first']);
        await there.jobs.add(queue, [job('evt_1', 'fourth'), job('evt_2', 'other')]);
        await expect.poll(() => handled).toEqual(['first', 'other']);
        await worker.close();
      });

      test('refuses ids and queue names that BullMQ would misread', async () => {
        for (const id of ['', '17', 'a:b', 'a b']) {
          await expect(here.jobs.add('names', [job(id)])).rejects.toThrow('cannot name a job');
        }
        await expect(here.jobs.add('a:b', [])).rejects.toThrow('cannot name a queue');
        await here.jobs.add(unique('names'), [job('users.UserRegistered-01h_x')]);
      });

      test('keeps a delayed job until its time', async () => {
        const queue = unique('delayed');
        const handled: number[] = [];
        const worker = there.jobs.work(queue, async () => void handled.push(Date.now()));
        const due = Date.now() + 400;
        await here.jobs.add(queue, [{ ...job('later'), delayMs: 400 }]);
        expect(await here.jobs.backlog(queue)).toBe(1);
        await expect.poll(() => handled).toHaveLength(1);
        expect(handled[0]).toBeGreaterThanOrEqual(due - 20);
        await worker.close();
      });

      test('retries with growing pauses, then the job is dead until replayed', async () => {
        const queue = unique('poison');
        const attempts: { id: string; attempt: number; at: number }[] = [];
        let broken = true;
        const worker = there.jobs.work(
          queue,
          async ({ id, attempt }) => {
            attempts.push({ id, attempt, at: Date.now() });
            if (broken && id !== 'sound') throw new Error(`no use for ${id}`);
          },
          { concurrency: 3 },
        );
        const before = Date.now();
        await here.jobs.add(queue, [job('p1', { n: 1 }), job('sound'), job('p2', { n: 2 })]);
        await untilItWorks(async () => expect(await here.jobs.dead(queue, 10)).toHaveLength(2));
        const ofFirst = attempts.filter(({ id }) => id === 'p1');
        expect(ofFirst.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
        const pauses = ofFirst.slice(1).map(({ at }, index) => at - (ofFirst[index]?.at ?? 0));
        expect(pauses[3]).toBeGreaterThan(pauses[0] ?? Number.NaN);
        expect(attempts.filter(({ id }) => id === 'sound')).toHaveLength(1);
        expect(await there.jobs.backlog(queue)).toBe(0);

        const dead = await there.jobs.dead(queue, 10);
        expect(dead).toContainEqual({
          id: 'p1',
          name: 'test',
          data: { n: 1 },
          attempts: 5,
          reason: 'no use for p1',
          failedAt: expect.any(Date),
        });
        const times = dead.map(({ failedAt }) => failedAt.getTime());
        expect(times).toEqual(times.toSorted((a, b) => b - a));
        expect(times.at(-1)).toBeGreaterThanOrEqual(before);
        expect(await there.jobs.dead(queue, 1)).toEqual(dead.slice(0, 1));
        await here.jobs.add(queue, [job('p1', { n: 1 })]);
        expect(await here.jobs.dead(queue, 10)).toHaveLength(2);

        broken = false;
        attempts.length = 0;
        expect(await here.jobs.replay(queue, ['p1', 'sound', 'unknown'])).toBe(1);
        await expect.poll(() => attempts).toMatchObject([{ id: 'p1', attempt: 1 }]);
        expect(await here.jobs.replay(queue)).toBe(1);
        await untilItWorks(() => expect(attempts.map(({ id }) => id)).toEqual(['p1', 'p2']));
        await untilItWorks(async () => expect(await here.jobs.dead(queue, 10)).toEqual([]));
        await worker.close();
      });

      test('what is unavailable uses up no attempts, only failures do', async () => {
        const queue = unique('away');
        const impatient = { attempts: 2, backoffMs: 10 };
        const quick = await createBackplane({
          ...options(),
          keyPrefix: unique('away'),
          retries: impatient,
        });
        const seen: string[] = [];
        const outages = [
          serviceUnavailable(),
          Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }),
          new Error('Connection terminated unexpectedly'),
          Object.assign(new Error('the database system is starting up'), { code: '57P03' }),
        ];
        // Four times as often as a job may fail.
        const away = [...outages, ...outages];
        quick.jobs.work(queue, async ({ id }) => {
          const error = away.shift();
          seen.push(error ? 'away' : 'failed');
          throw error ?? new Error(`no use for ${id}`);
        });
        await quick.jobs.add(queue, [job('patient')]);
        await untilItWorks(async () =>
          expect(await quick.jobs.dead(queue, 1)).toMatchObject([{ attempts: 2 }]),
        );
        expect(seen).toEqual([...Array(8).fill('away'), 'failed', 'failed']);
        await quick.close();
      });

      test('of limits of time that ran out every fourth uses up an attempt, so none is tried for ever', async () => {
        const queue = unique('slow');
        const quick = await createBackplane({
          ...options(),
          keyPrefix: unique('slow'),
          retries: { attempts: 2, backoffMs: 5 },
        });
        let tries = 0;
        quick.jobs.work(queue, async () => {
          tries += 1;
          throw expiredTransaction();
        });
        await quick.jobs.add(queue, [job('endless')]);
        await untilItWorks(async () =>
          expect(await quick.jobs.dead(queue, 1)).toMatchObject([{ attempts: 2 }]),
        );
        expect(tries).toBe(8);
        await quick.close();
      });

      test('a replayed job has all its attempts again', async () => {
        const queue = unique('again');
        let attempts = 0;
        const worker = there.jobs.work(queue, async () => {
          attempts += 1;
          throw new Error('still broken');
        });
        await here.jobs.add(queue, [job('hopeless')]);
        const isDead = async () => expect(await here.jobs.dead(queue, 1)).toHaveLength(1);
        await untilItWorks(isDead);
        expect(await here.jobs.replay(queue)).toBe(1);
        await untilItWorks(() => expect(attempts).toBe(10));
        await untilItWorks(isDead);
        await worker.close();
      });

      test('closing a worker waits for the job under way and takes no other', async () => {
        const queue = unique('drain');
        const events: string[] = [];
        const worker = here.jobs.work(queue, async ({ id }) => {
          events.push(`start ${id}`);
          await delay(300);
          events.push(`end ${id}`);
        });
        await here.jobs.add(queue, [job('one'), job('two')]);
        await expect.poll(() => events).toEqual(['start one']);
        await worker.close();
        expect(events).toEqual(['start one', 'end one']);
        await delay(200);
        expect(events).toEqual(['start one', 'end one']);
        expect(await here.jobs.backlog(queue)).toBe(1);
      });

      test('a job not finished within the grace is handed to another worker at once', async () => {
        const queue = unique('grace');
        const TAKES_MS = 30_000;
        const started: number[] = [];
        const stuck = here.jobs.work(queue, async ({ attempt }) => {
          started.push(attempt);
          await delay(TAKES_MS, undefined, { ref: false });
        });
        await here.jobs.add(queue, [job('slow')]);
        await expect.poll(() => started).toEqual([1]);
        const before = Date.now();
        await stuck.close(100);
        expect(Date.now() - before).toBeLessThan(TAKES_MS);
        const handled: string[] = [];
        const other = there.jobs.work(queue, async ({ id }) => void handled.push(id));
        await expect.poll(() => handled).toEqual(['slow']);
        await other.close();
      });

      test('a job of a killed process starts again elsewhere in seconds', async () => {
        const queue = unique('crash');
        await here.jobs.add(queue, [job('precious')]);
        const file = new URL('./backplane.worker-process.ts', import.meta.url);
        const { child: doomed, next } = forkProgram(file, {
          ...process.env,
          BACKPLANE: JSON.stringify({ ...options(), keyPrefix: prefix, retries }),
          QUEUE: queue,
        });
        expect(await next()).toBe('started precious');
        doomed.kill('SIGKILL');
        await once(doomed, 'exit');
        const killedAt = Date.now();
        const handled: number[] = [];
        const worker = here.jobs.work(queue, async ({ attempt }) => void handled.push(attempt));
        await untilItWorks(() => expect(handled).toEqual([2]));
        expect(Date.now() - killedAt).toBeLessThan(STALLED_BY_DEFAULT_MS);
        await worker.close();
      });

      test('closing a worker that never started is quick', async () => {
        await unlessHeldUp(3_000, async (isInTime) => {
          const worker = here.jobs.work(unique('idle'), async () => undefined);
          await worker.close();
          return isInTime();
        });
      });
    });

    describe('cache', () => {
      test('gives the values of several keys in the order of the keys', async () => {
        const [one, two, none] = ['one', 'two', 'none'].map((name) => `{${prefix}}:${name}`);
        await here.cache.set(`${one}`, { number: 1 }, 30);
        await here.cache.set(`${two}`, 'two', 30);
        expect(await there.cache.getMany([`${two}`, `${none}`, `${one}`])).toEqual([
          'two',
          undefined,
          { number: 1 },
        ]);
      });

      test('keeps a value for its time, as a copy', async () => {
        const key = unique('key');
        const value = { list: [1, 2], none: null };
        expect(await here.cache.get(key)).toBeUndefined();
        await here.cache.set(key, value, 30);
        value.list.push(3);
        const first = await there.cache.get<typeof value>(key);
        expect(first).toEqual({ list: [1, 2], none: null });
        first?.list.push(4);
        expect(await here.cache.get(key)).toEqual({ list: [1, 2], none: null });
        const brief = unique('key');
        await here.cache.set(brief, value, 0.05);
        await expect.poll(() => there.cache.get(brief)).toBeUndefined();
      });

      test('replaces and deletes', async () => {
        const key = unique('key');
        await here.cache.set(key, 'old', 30);
        await there.cache.set(key, 'new', 30);
        expect(await here.cache.get(key)).toBe('new');
        await here.cache.delete(key);
        await here.cache.delete(key);
        expect(await there.cache.get(key)).toBeUndefined();
      });

      test('keeps keys apart that begin like its own prefix', async () => {
        const key = unique('key');
        await here.cache.set(`${prefix}:${key}`, 'long', 30);
        await here.cache.set(`${prefix}:cache:${key}`, 'longer', 30);
        expect(await here.cache.get(key)).toBeUndefined();
        expect(await here.cache.get(`${prefix}:${key}`)).toBe('long');
      });

      test('refuses a time to live that would mean for ever', async () => {
        await expect(here.cache.set('key', 1, 0)).rejects.toThrow(RangeError);
        await expect(here.cache.claimOnce('key', Number.NaN)).rejects.toThrow(RangeError);
      });

      test('of numbers raised in any order and at once, the highest stays until the time is over', async () => {
        const key = unique('mark');
        expect(await here.cache.highest(key)).toBe(0);
        await here.cache.raise(key, 7, 30);
        await there.cache.raise(key, 6, 30);
        expect(await here.cache.highest(key)).toBe(7);
        const numbers = Array.from({ length: 50 }, (_, index) => ((index * 17) % 50) + 8);
        await Promise.all(
          numbers.map((value, index) => (index % 2 ? here : there).cache.raise(key, value, 30)),
        );
        expect(await there.cache.highest(key)).toBe(57);
        const brief = unique('mark');
        await here.cache.raise(brief, 1, 0.05);
        await expect.poll(() => here.cache.highest(brief)).toBe(0);
      });

      test('exactly one of fifty simultaneous claims wins, until the time is over', async () => {
        const key = unique('claim');
        const claims = await Promise.all(
          Array.from({ length: 50 }, (_, index) =>
            (index % 2 ? here : there).cache.claimOnce(key, 30),
          ),
        );
        expect(claims.filter(Boolean)).toHaveLength(1);
        expect(await here.cache.get(key)).toBeUndefined();
        const brief = unique('claim');
        expect(await here.cache.claimOnce(brief, 0.05)).toBe(true);
        await expect.poll(() => there.cache.claimOnce(brief, 30)).toBe(true);
        expect(await here.cache.claimOnce(brief, 30)).toBe(false);
      });
    });

    describe('rate limit', () => {
      test('allows exactly the allowance of 200 simultaneous uses', async () => {
        const allowance = { rule: 'test.rush', points: 50, perSeconds: 60 };
        const answers = await Promise.all(
          Array.from({ length: 200 }, (_, index) =>
            (index % 2 ? here : there).rateLimit.consume('usr_1', allowance),
          ),
        );
        expect(answers.filter(({ allowed }) => allowed)).toHaveLength(50);
        const refused = answers.filter(({ allowed }) => !allowed);
        for (const { remaining, retryAfterSeconds } of refused) {
          expect(remaining).toBe(0);
          expect(retryAfterSeconds).toBeGreaterThan(0);
          expect(retryAfterSeconds).toBeLessThanOrEqual(60);
        }
        expect((await here.rateLimit.consume('usr_2', allowance)).allowed).toBe(true);
      });

      test('takes several points at once, says what is used, and forgets on reset', async () => {
        const allowance = { rule: unique('test.cost'), points: 10, perSeconds: 60 };
        expect(await here.rateLimit.used('usr_1', allowance)).toBe(0);
        expect(await here.rateLimit.consume('usr_1', allowance, 7)).toEqual({
          allowed: true,
          remaining: 3,
          retryAfterSeconds: 0,
          windowEndsInMs: expect.toSatisfy((ms: number) => ms > 0 && ms <= 60_000),
        });
        expect(await there.rateLimit.used('usr_1', allowance)).toBe(7);
        expect((await there.rateLimit.consume('usr_1', allowance, 7)).allowed).toBe(false);
        await here.rateLimit.reset('usr_1', allowance);
        expect(await there.rateLimit.used('usr_1', allowance)).toBe(0);
        expect((await there.rateLimit.consume('usr_1', allowance, 10)).allowed).toBe(true);
      });

      test('begins anew when the window is over', async () => {
        let allowance = { rule: '', points: 1, perSeconds: 1 };
        await unlessHeldUp(1_000, async (isInTime) => {
          allowance = { ...allowance, rule: unique('test.window') };
          expect((await here.rateLimit.consume('usr_1', allowance)).allowed).toBe(true);
          const second = await here.rateLimit.consume('usr_1', allowance);
          if (!isInTime()) return false;
          expect(second).toEqual({
            allowed: false,
            remaining: 0,
            retryAfterSeconds: 1,
            windowEndsInMs: expect.toSatisfy((ms: number) => ms > 0 && ms <= 1_000),
          });
          return true;
        });
        await untilItWorks(async () =>
          expect(await there.rateLimit.used('usr_1', allowance)).toBe(0),
        );
        expect((await here.rateLimit.consume('usr_1', allowance)).allowed).toBe(true);
      });

      test('rules do not count for each other', async () => {
        const sending = { rule: unique('test.a'), points: 1, perSeconds: 60 };
        const reading = { ...sending, rule: unique('test.b') };
        expect((await here.rateLimit.consume('usr_1', sending)).allowed).toBe(true);
        expect((await here.rateLimit.consume('usr_1', reading)).allowed).toBe(true);
      });
    });

    test('installations with another prefix share nothing', async () => {
      const other = await open(unique('other'));
      const [topic, queue, key] = [unique('topic'), unique('queue'), unique('key')];
      const allowance = { rule: unique('test.apart'), points: 1, perSeconds: 60 };
      const seen: unknown[] = [];
      const unsubscribe = await other.pubsub.subscribe(topic, (payload) => seen.push(payload));
      await here.pubsub.publish(topic, 'from here');
      await here.presence.renew({ userId: 'usr_here', connectionId: 'c' }, 30);
      await here.jobs.add(queue, [{ id: 'here', name: 'test', data: {} }]);
      await here.cache.set(key, 'from here', 30);
      await here.cache.claimOnce(key, 30);
      await here.rateLimit.consume('usr_1', allowance);

      expect((await other.presence.connected(['usr_here'])).size).toBe(0);
      expect(await other.jobs.backlog(queue)).toBe(0);
      expect(await other.cache.get(key)).toBeUndefined();
      expect(await other.cache.claimOnce(key, 30)).toBe(true);
      expect((await other.rateLimit.consume('usr_1', allowance)).allowed).toBe(true);
      await other.pubsub.publish(topic, 'from other');
      await expect.poll(() => seen).toEqual(['from other']);
      await unsubscribe();
      await other.close();
    });

    test('closes with workers and subscriptions open, and lets jobs under way finish', async () => {
      const leaving = await open(unique('leaving'));
      await leaving.pubsub.subscribe('topic', () => undefined);
      const events: string[] = [];
      leaving.jobs.work('queue', async () => {
        events.push('start');
        await delay(200);
        events.push('end');
      });
      await leaving.jobs.add('queue', [{ id: 'last', name: 'test', data: {} }]);
      await expect.poll(() => events).toEqual(['start']);
      await leaving.close();
      expect(events).toEqual(['start', 'end']);
    });
  });
