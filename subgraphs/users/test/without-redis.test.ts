import { connectRedisBackplane } from '@souk/runtime/backplane-kinds';
import { startOwnRedis, until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { login, person, register, type StartedUsers, startUsers } from './accounts.ts';

const redis = await startOwnRedis();

// The rules are in docs/operations.md, “While Redis is away”.
describe.skipIf(!redis)('while Redis is away', () => {
  let users: StartedUsers;
  const backplane = redis && connectRedisBackplane({ url: redis.url });

  beforeAll(async () => {
    const connected = await backplane;
    if (!redis || !connected) throw new Error('There is no Redis.');
    users = await startUsers({ backplane: connected });
    await redis.stop();
    await until(() =>
      connected.ping().then(
        () => false,
        () => true,
      ),
    );
  });
  afterAll(async () => {
    await users?.[Symbol.asyncDispose]();
    await (await backplane)?.close();
  });

  test('people register and sign in', async () => {
    expect((await register(users, person('ada'))).errors).toEqual([]);
    expect((await login(users, { login: 'ada' })).errors).toEqual([]);
  });

  test('guesses at a password are counted all the same', async () => {
    await register(users, person('bo'));
    const codes: string[] = [];
    for (let guess = 0; guess < 12; guess += 1) {
      const { errors } = await login(users, { login: 'bo', password: `wrong guess ${guess}` });
      codes.push(errors[0].code);
    }
    expect(codes.at(0)).toBe('INVALID_CREDENTIALS');
    expect(codes.at(-1)).toBe('RATE_LIMITED');
  });
});
