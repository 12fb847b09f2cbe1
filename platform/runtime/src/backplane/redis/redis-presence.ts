import type { ConnectedUser, PresenceRegistry } from '../backplane.ts';
import { CONNECTED, EXPIRE, RELEASE, RENEW } from './presence-scripts.ts';
import type { RedisClient } from './redis-clients.ts';
import { orUnavailable } from './redis-unavailable.ts';

/** Users asked for, or reported as gone, in one script: Redis serves nobody else meanwhile. */
const BATCH = 500;

/** The scripts as ioredis offers them once defined: sent whole once, by their hash afterwards. */
interface PresenceCommands {
  soukPresenceRenew(keys: number, ...args: (string | number)[]): Promise<0 | 1>;
  soukPresenceRelease(keys: number, ...args: string[]): Promise<0 | 1>;
  soukPresenceConnected(keys: number, ...args: string[]): Promise<(number | string | null)[]>;
  soukPresenceExpire(keys: number, ...args: (string | number)[]): Promise<string[]>;
}

export const createRedisPresence = (client: RedisClient, keyPrefix: string): PresenceRegistry => {
  client.defineCommand('soukPresenceRenew', { lua: RENEW });
  client.defineCommand('soukPresenceRelease', { lua: RELEASE });
  client.defineCommand('soukPresenceConnected', { lua: CONNECTED });
  client.defineCommand('soukPresenceExpire', { lua: EXPIRE });
  const redis = client as RedisClient & PresenceCommands;

  const users = `{${keyPrefix}:presence}:users`;
  const active = `{${keyPrefix}:presence}:active`;
  const leasesOf = (userId: string) => `{${keyPrefix}:presence}:leases:${userId}`;

  return {
    async renew({ userId, connectionId, activeAt }, ttlSeconds) {
      const ttlMs = Math.max(1, Math.round(ttlSeconds * 1_000));
      const lease = [userId, connectionId, ttlMs, activeAt ? activeAt.getTime() : ''] as const;
      const keys = [leasesOf(userId), users, active] as const;
      return (await orUnavailable(redis.soukPresenceRenew(3, ...keys, ...lease))) === 1;
    },

    async release({ userId, connectionId }) {
      const keys = [leasesOf(userId), users, active] as const;
      const last = redis.soukPresenceRelease(3, ...keys, userId, connectionId);
      return (await orUnavailable(last)) === 1;
    },

    async connected(userIds) {
      const found = new Map<string, ConnectedUser>();
      for (let from = 0; from < userIds.length; from += BATCH) {
        const batch = userIds.slice(from, from + BATCH);
        const keys = [active, ...batch.map(leasesOf)];
        const answer = await orUnavailable(
          redis.soukPresenceConnected(keys.length, ...keys, ...batch),
        );
        for (const [index, userId] of batch.entries()) {
          const connections = Number(answer[2 * index]);
          const activeAt = answer[2 * index + 1];
          const lastActiveAt = activeAt ? new Date(Number(activeAt)) : null;
          if (connections > 0) found.set(userId, { connections, lastActiveAt });
        }
      }
      return found;
    },

    async expire() {
      const gone: string[] = [];
      let batch: string[];
      do {
        batch = await orUnavailable(redis.soukPresenceExpire(2, users, active, BATCH));
        gone.push(...batch);
      } while (batch.length === BATCH);
      return gone;
    },
  };
};
