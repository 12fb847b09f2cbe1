import { setTimeout as delay } from 'node:timers/promises';
import { connectRedisBackplane } from '@souk/runtime/backplane';
import { startOwnRedis, until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, type RunningSouk, startSouk } from './running-souk.ts';

const redis = await startOwnRedis();

// A session that has ended reads nothing and writes nothing, whatever happens to Redis meanwhile.
describe.skipIf(!redis)('a session that has ended', () => {
  let souk: RunningSouk;
  const backplane = redis && connectRedisBackplane({ url: redis.url });
  const send = async (command: string) => redis?.send(command);

  beforeAll(async () => {
    souk = await startSouk({ backplane: (await backplane) ?? undefined });
  });
  afterAll(async () => {
    await souk?.[Symbol.asyncDispose]();
    await (await backplane)?.close();
    await redis?.stop();
  });

  const statusOf = async (query: string, { token }: Person) =>
    (await souk.graphql(query, {}, token)).status;
  const read = (person: Person) => statusOf('{ viewer { user { id } } }', person);
  const write = (person: Person) =>
    statusOf(
      'mutation { updateProfile(input: { bio: "still here" }) { errors { __typename } } }',
      person,
    );
  const logOut = (person: Person) => statusOf('mutation { logout { revokedSessions } }', person);

  /** Tries both over a second, in which all that heals has healed or has not begun to. */
  const expectOut = async (person: Person) => {
    for (let attempt = 0; attempt < 25; attempt += 1) {
      expect([await read(person), await write(person)]).toEqual([401, 401]);
      await delay(40);
    }
  };

  test('stays so when Redis is emptied', async () => {
    const ada = await souk.register('ada', 'Ada');
    expect([await read(ada), await write(ada)]).toEqual([200, 200]);
    expect(await logOut(ada)).toBe(200);
    expect(await send('FLUSHALL')).toBe('+OK');
    await expectOut(ada);
    expect(await send('FLUSHALL')).toBe('+OK');
    await expectOut(ada);
  });

  test('is closed though the news of it were lost with the connection that brings them', async () => {
    const bo = await souk.register('bo', 'Bo');
    const query = 'subscription { accountEvents { __typename } }';
    const listener = await souk.subscribe(query, {}, bo.token);
    await listener.atLeast(1);
    let isOver = false;
    const cutting = (async () => {
      while (!isOver) await send('CLIENT KILL TYPE pubsub');
    })();
    expect(await logOut(bo)).toBe(200);
    await delay(200);
    isOver = true;
    await cutting;
    expect((await listener.closed).code).toBe(4403);
  });

  // The last of them, as Redis stays away.
  test('is known as such without Redis: at once to who writes, within thirty seconds to who reads', async () => {
    const [cy, di] = [await souk.register('cy', 'Cy'), await souk.register('di', 'Di')];
    const query = 'subscription { accountEvents { __typename } }';
    const listener = await souk.subscribe(query, {}, cy.token);
    await listener.atLeast(1);
    await redis?.stop();
    expect([await read(cy), await write(cy), await read(di), await write(di)]).toEqual([
      200, 200, 200, 200,
    ]);
    expect(await logOut(cy)).toBe(200);
    expect(await write(cy)).toBe(401);
    await until(async () => (await read(cy)) === 401, { within: 30_000 });
    await expectOut(cy);
    expect([await read(di), await write(di)]).toEqual([200, 200]);
    expect((await listener.closed).code).toBe(4403);
  }, 90_000);
});
