import type { Backplane } from './backplane.ts';

/** Seconds without renewal after which a connection no longer counts, for example after a crash. */
export const PRESENCE_LEASE_SECONDS = 30;
/** Seconds between renewals: two may be lost before somebody seems to have left. */
export const PRESENCE_RENEW_SECONDS = 10;

/** The topic that says "this user's presence may have changed, look again". */
export const presenceTopic = (userId: string) => `presence:${userId}`;

/** What holders of client connections report: users connected, did something, disconnected. */
export interface ConnectionPresence {
  /** Also renews: call it again every `PRESENCE_RENEW_SECONDS`. */
  connected(userId: string, connectionId: string, activeAt?: Date): Promise<void>;
  disconnected(userId: string, connectionId: string): Promise<void>;
  /** Announces the users whose last lease has expired; called every few seconds by chat's worker. */
  expire(): Promise<void>;
}

export function createConnectionPresence({
  presence,
  pubsub,
}: Pick<Backplane, 'presence' | 'pubsub'>): ConnectionPresence {
  const announce = (userId: string) => pubsub.publish(presenceTopic(userId), { userId });
  return {
    connected: async (userId, connectionId, activeAt) => {
      const lease = { userId, connectionId, ...(activeAt ? { activeAt } : {}) };
      const first = await presence.renew(lease, PRESENCE_LEASE_SECONDS);
      if (first) await announce(userId);
    },
    disconnected: async (userId, connectionId) => {
      if (await presence.release({ userId, connectionId })) await announce(userId);
    },
    expire: async () => {
      for (const userId of await presence.expire()) await announce(userId);
    },
  };
}
