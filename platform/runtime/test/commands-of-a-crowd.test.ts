import { randomUUID } from 'node:crypto';
import { redisUrl, unlessHeldUp } from '@souk/testkit';
import type { Command } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCache } from '../src/backplane/keyv-cache.ts';
import { parseRedisUrl } from '../src/backplane/redis/redis-address.ts';
import { createRedisCacheStore } from '../src/backplane/redis/redis-cache-store.ts';
import { closeRedis, openRedis, type RedisClient } from '../src/backplane/redis/redis-clients.ts';
import { createRedisPresence } from '../src/backplane/redis/redis-presence.ts';
import { createEndedSessions, LIST_COMPLETE_MS } from '../src/identity/index.ts';
import { silentLogger } from '../src/process/index.ts';

const CROWD = Array.from({ length: 50 }, (_, index) => `usr_${index}`);

describe.skipIf(!redisUrl())('what a crowd that comes in one turn costs Redis', () => {
  let client: RedisClient;
  let commands: string[] = [];
  const prefix = `crowd-${randomUUID().slice(0, 8)}`;
  beforeAll(async () => {
    client = openRedis(parseRedisUrl(redisUrl() ?? ''), 'workers', silentLogger);
    await client.ping();
    const send = client.sendCommand.bind(client);
    client.sendCommand = (command: Command, ...rest: never[]) => {
      commands.push(command.name);
      return send(command, ...rest);
    };
  });
  beforeEach(() => {
    commands = [];
  });
  afterAll(() => closeRedis(client));

  test('one script for the presence of all, who are each the first of themselves', async () => {
    const presence = createRedisPresence(client, prefix);
    const leases = CROWD.map((userId) => ({ userId, connectionId: 'phone' }));
    // A script that Redis has not seen is sent twice: by its hash, and as a whole.
    await presence.renew({ userId: 'usr_before', connectionId: 'phone' }, 30);
    commands = [];
    const first = await Promise.all(leases.map((lease) => presence.renew(lease, 30)));
    const again = await Promise.all(leases.map((lease) => presence.renew(lease, 30)));
    const last = await Promise.all(leases.map((lease) => presence.release(lease)));
    expect([first, again, last].map((answers) => new Set(answers))).toEqual(
      [true, false, true].map((answer) => new Set([answer])),
    );
    expect(commands).toEqual(['evalsha', 'evalsha', 'evalsha']);
  });

  test('one look at the list for the sessions of all, each with its own state', async () => {
    const list = createEndedSessions(
      createCache(createRedisCacheStore(client, prefix), silentLogger),
    );
    await list.begin('the list');
    await list.add('usr_7');
    await unlessHeldUp(LIST_COMPLETE_MS, async (isInTime) => {
      await list.isComplete('the list');
      commands = [];
      const states = await Promise.all(CROWD.map((id) => list.stateOf(id)));
      expect(commands).toEqual(['mget']);
      if (!isInTime()) return false;
      expect(CROWD.filter((_, index) => states[index] !== 'open')).toEqual(['usr_7']);
      expect(states[7]).toBe('ended');
      return true;
    });
  });
});
