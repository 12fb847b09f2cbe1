import {
  type Clock,
  type ConnectedUser,
  createLoader,
  type Loader,
  type PresenceRegistry,
  type PubSub,
  presenceTopic,
} from '@souk/runtime';
import { nextChangeAt, type Presence, visiblePresence } from '../domain/presence.ts';
import type { PresenceStore } from '../persistence/presence-store.ts';

export interface PresenceOf {
  userId: string;
  presence: Presence;
  /** When it changes next although nobody does anything. */
  changesAt: Date | null;
}

/** Presence as others see it: open connections and people's own settings together. */
export interface PresenceReader {
  read(userIds: readonly string[]): Promise<PresenceOf[]>;
  connected(userIds: readonly string[]): Promise<Map<string, ConnectedUser>>;
  /** Batches what one operation asks. */
  loader(): Loader<PresenceOf>;
  /** Says that this person's presence may have changed. */
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
  const read = async (userIds: readonly string[]): Promise<PresenceOf[]> => {
    const [connected, all] = await Promise.all([
      registry.connected(userIds),
      settings.findMany(userIds),
    ]);
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
    connected: (userIds) => registry.connected(userIds),
    loader: () => createLoader(read, ({ userId }) => userId),
    announce: (userId) => pubsub.publish(presenceTopic(userId), { userId }),
  };
}
