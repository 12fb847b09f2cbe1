import { randomUUID } from 'node:crypto';
import type { Cache } from '../backplane/backplane.ts';
import { restAfterFailure } from '../backplane/rest-after-failure.ts';
import { unlessAway } from '../backplane/when-away.ts';
import { createExpiringMap } from '../process/expiring-map.ts';
import { INTERNAL_TOKEN_TTL_SECONDS } from './internal-identity.ts';

/**
 * Resolves to false when a token with this id was used before. What is bound to a connection of this process
 * can be used in no other, so its memory is enough.
 */
export type IsFirstUse = (tokenId: string, isBound?: boolean) => Promise<boolean>;

/** Longer than any token is accepted, including the tolerance for clocks. */
const REMEMBERED_SECONDS = 2 * INTERNAL_TOKEN_TTL_SECONDS;

/**
 * Remembers the tokens of mutations, so that a captured one cannot be used again. Each process remembers for
 * itself; Redis tells it what the others have seen. While Redis is away the memory of the process decides
 * alone: a validly signed request is accepted all the same (decision 0016). Most tokens are bound to a connection
 * and need no Redis (decision 0109).
 */
export function createReplayGuard(
  shared: Pick<Cache, 'claimOnce'>,
  now: () => number = Date.now,
): IsFirstUse {
  const seen = createExpiringMap<true>({ now });
  const rest = restAfterFailure(now);
  return async (tokenId, isBound = false) => {
    if (seen.get(tokenId)) return false;
    seen.set(tokenId, true, REMEMBERED_SECONDS * 1_000);
    if (isBound || !rest.mayAsk()) return true;
    const claim = shared.claimOnce(`internal-token:${tokenId}`, REMEMBERED_SECONDS);
    const isFirst = await unlessAway(claim, 'away' as const);
    rest.answered(isFirst !== 'away');
    return isFirst !== false;
  };
}

export interface ConnectionNames {
  /** Undefined until the connection has been given one. */
  of(connection: object): string | undefined;
  /** The name of a connection that had none. */
  give(connection: object): string;
}

/**
 * Names connections, so that a gateway can bind a token to the one by which it sends it. A name is told to who has shown a
 * signed identity on its connection, and nobody can guess it: a captured token is of no use anywhere else,
 * in this process or another.
 */
export function nameConnections(): ConnectionNames {
  const names = new WeakMap<object, string>();
  return {
    of: (connection) => names.get(connection),
    give: (connection) => {
      const name = randomUUID();
      names.set(connection, name);
      return name;
    },
  };
}
