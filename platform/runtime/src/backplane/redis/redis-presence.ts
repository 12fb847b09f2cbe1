import { batchedByTurn } from '../../process/batched-by-turn.ts';
import type { ConnectedUser, PresenceLease, PresenceRegistry } from '../backplane.ts';
import { CONNECTED, EXPIRE, KEEP } from './presence-scripts.ts';
import type { RedisClient } from './redis-clients.ts';
import { orUnavailable } from './redis-unavailable.ts';

/** Users per script, whether queried or reported as gone: Redis serves nobody else meanwhile. */
const BATCH = 500;
/** Leases taken or ended per script; each takes several commands. */
const KEPT_AT_ONCE = 100;

/** A lease that is taken for this long; without a time it is ended. */
interface LeaseChange extends PresenceLease {
  readonly ttlMs?: number;
}

/** The scripts as ioredis provides them once defined: sent in full once, by their hash afterwards. */
interface PresenceCommands {
  soukPresenceKeep(keys: number, ...args: (string | number)[]): Promise<(0 | 1)[]>;
  soukPresenceConnected(keys: number, ...args: string[]): Promise<(number | string | null)[]>;
  soukPresenceExpire(keys: number, ...args: (string | number)[]): Promise<string[]>;
}

export const createRedisPresence = (client: RedisClient, keyPrefix: string): PresenceRegistry => {
  client.defineCommand('soukPresenceKeep', { lua: KEEP });
  client.defineCommand('soukPresenceConnected', { lua: CONNECTED });
  client.defineCommand('soukPresenceExpire', { lua: EXPIRE });
  const redis = client as RedisClient & PresenceCommands;

  const users = `{${keyPrefix}:presence}:users`;
  const active = `{${keyPrefix}:presence}:active`;
  const leasesOf = (userId: string) => `{${keyPrefix}:presence}:leases:${userId}`;

  /** In the order of the calls: a user who connects and disconnects within one turn is gone. */
  const keep = batchedByTurn(
    async (changes: readonly LeaseChange[]) => {
      const keys = [users, active, ...changes.map(({ userId }) => leasesOf(userId))];
      const leases = changes.flatMap(({ userId, connectionId, ttlMs, activeAt }) => [
        userId,
        connectionId,
        ttlMs ?? '',
        activeAt?.getTime() ?? '',
      ]);
      const answers = await orUnavailable(redis.soukPresenceKeep(keys.length, ...keys, ...leases));
      return answers.map((answer) => answer === 1);
    },
    { atMost: KEPT_AT_ONCE },
  );

  return {
    renew: (lease, ttlSeconds) =>
      keep({ ...lease, ttlMs: Math.max(1, Math.round(ttlSeconds * 1_000)) }),
    release: ({ userId, connectionId }) => keep({ userId, connectionId }),

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
