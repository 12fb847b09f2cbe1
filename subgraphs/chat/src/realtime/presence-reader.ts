import {
  type ConnectedUser,
  type PresenceRegistry,
  type PubSub,
  presenceTopic,
  unlessAway,
} from '@souk/runtime/backplane';
import type { Clock } from '@souk/runtime/domain';
import { createLoader, type Loader } from '@souk/runtime/graphql';
import { nextChangeAt, type Presence, visiblePresence } from '../domain/presence.ts';
import type { PresenceStore } from '../persistence/presence-store.ts';

export interface PresenceOf {
  userId: string;
  presence: Presence;
  /** When it changes next without anybody doing anything. */
  changesAt: Date | null;
}

/** Presence as others see it: open connections and people's own settings together. */
export interface PresenceReader {
  read(userIds: readonly string[]): Promise<PresenceOf[]>;
  connected(userIds: readonly string[]): Promise<Map<string, ConnectedUser>>;
  /** Batches the reads of one operation. */
  loader(): Loader<PresenceOf>;
  /** Announces that this person's presence may have changed; while Redis is away, nobody is told. */
  announce(userId: string): Promise<void>;
}

export interface PresenceReaderDeps {
  registry: PresenceRegistry;
  settings: PresenceStore;
  pubsub: PubSub;
  clock: Clock;
}

export function createPresenceReader(deps: PresenceReaderDeps): PresenceReader {
  const { registry, settings, pubsub, clock } = deps;
  /** While Redis is away nobody counts as connected, and no request fails because of it. */
  const connectedOf = (userIds: readonly string[]) =>
    unlessAway(registry.connected(userIds), new Map<string, ConnectedUser>());
  const read = async (userIds: readonly string[]): Promise<PresenceOf[]> => {
    const [connected, all] = await Promise.all([connectedOf(userIds), settings.findMany(userIds)]);
    const now = clock();
    return all.map((own) => {
      const connection = connected.get(own.userId) ?? null;
      return {
        userId: own.userId,
        presence: visiblePresence(own, connection, now),
        changesAt: nextChangeAt(own, connection, now),
      };
    });
  };
  return {
    read,
    connected: connectedOf,
    loader: () => createLoader(read, ({ userId }) => userId),
    announce: (userId) => unlessAway(pubsub.publish(presenceTopic(userId), { userId }), undefined),
  };
}
