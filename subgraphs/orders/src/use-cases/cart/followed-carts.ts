import { type Clock, MINUTE_MS } from '@souk/runtime/domain';
import { reasonOf } from '@souk/runtime/persistence';
import { countedWarning, type Logger } from '@souk/runtime/process';
import type { Stores } from '../../persistence/stores.ts';

/** The carts that clients of this process follow, to which workers announce changes of the catalogue. */
export interface FollowedCarts {
  /** Resolves once changes are announced to it; returns a function to call when the client has left. */
  follow(key: string): Promise<() => void>;
  close(): void;
}

export interface FollowedCartsDeps {
  reads: Pick<Stores, 'followedCarts'>;
  clock: Clock;
  logger: Logger;
  /** How often the followed ones are renewed. */
  renewMs?: number;
}

const RENEW_MS = 5 * MINUTE_MS;
/** Two renewals may fail; and a client that reconnects within this time gets what was announced meanwhile. */
const HOLDS_MS = 15 * MINUTE_MS;

/**
 * Records in the database which carts are followed: all of a process in one statement, and each when it
 * begins.
 */
export function createFollowedCarts({
  reads,
  clock,
  logger,
  renewMs = RENEW_MS,
}: FollowedCartsDeps): FollowedCarts {
  const followers = new Map<string, number>();
  const warn = countedWarning(logger, 'could not renew which carts are followed');
  const keep = (keys: readonly string[]) =>
    reads.followedCarts.keep(keys, new Date(clock().getTime() + HOLDS_MS));
  const renewing = setInterval(() => {
    if (followers.size === 0) return;
    keep([...followers.keys()]).catch((error) => warn({ reason: reasonOf(error) }));
  }, renewMs).unref();
  return {
    follow: async (key) => {
      await keep([key]);
      followers.set(key, (followers.get(key) ?? 0) + 1);
      return () => {
        const left = (followers.get(key) ?? 1) - 1;
        if (left > 0) followers.set(key, left);
        else followers.delete(key);
      };
    },
    close: () => clearInterval(renewing),
  };
}
