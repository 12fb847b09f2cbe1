import { isDeepStrictEqual } from 'node:util';
import { createBoundedCache } from '@souk/engine';
import { API_KEY_SCOPES, ROLES, type Viewer } from '@souk/runtime/domain';
import { apiKeyDigest, isApiKeySecret } from '@souk/runtime/identity';
import type { GatewaySupergraph } from '../supergraph/gateway-supergraph.ts';
import type { SubgraphCalls } from '../upstream/subgraph-calls.ts';
import { createGatewayQuery } from './gateway-query.ts';
import { IdentityUnavailable } from './identity-unavailable.ts';
import type { VerifiedViewer, VerifyAccessToken } from './viewer.ts';

const FIELD = {
  name: 'apiKeyHolder',
  query:
    'query ApiKeyHolder($digest:String!){apiKeyHolder(digest:$digest){apiKeyId userId roles scopes suspended expiresAt}}',
  operationName: 'ApiKeyHolder',
};
/** Milliseconds for which an answer is reused: a suspension or a removed role takes effect after that. */
const FRESH_MS = 1_000;
const MOST_REMEMBERED = 10_000;
/** Milliseconds after which a socket that was opened with a non-expiring key is checked again. */
const LONGEST_MS = 86_400_000;

/** Who holds the key of this digest, as the subgraph of accounts says; null for nobody. */
export type AskApiKeyHolder = (digest: string) => Promise<VerifiedViewer | null>;

/**
 * Accepts API keys wherever access tokens are accepted; a prefix tells them apart. The key's id takes the
 * place of a session id, so that revoking a key ends everything it opened, as ending a session does.
 */
export function orApiKeys(verify: VerifyAccessToken, ask: AskApiKeyHolder): VerifyAccessToken {
  const known = createBoundedCache<string, { at: number; holder: Promise<VerifiedViewer | null> }>(
    MOST_REMEMBERED,
  );
  const holderOf = (digest: string, since = performance.now() - FRESH_MS) => {
    const last = known.get(digest);
    if (last && last.at >= since) return last.holder;
    const at = performance.now();
    const holder = ask(digest).catch((cause) => {
      throw new IdentityUnavailable('nobody can say whose key it is', { cause });
    });
    known.set(digest, { at, holder });
    return holder;
  };
  return async (token) => {
    if (!isApiKeySecret(token)) return verify(token);
    const holder = await holderOf(apiKeyDigest(token));
    if (!holder) throw new Error('no such key, or it has ended');
    const assertUnchanged = async (since?: number) => {
      const now = await holderOf(apiKeyDigest(token), since);
      if (!isDeepStrictEqual(now?.viewer, holder.viewer)) {
        throw new Error('the key gives other rights by now, or none');
      }
    };
    return { ...holder, assertUnchanged };
  };
}

/** Ends something that a key opened if the key now gives other rights. Rejects when nobody can be asked. */
export async function endUnlessUnchanged(
  assertUnchanged: VerifiedViewer['assertUnchanged'],
  since: number,
  end: () => void,
): Promise<void> {
  try {
    await assertUnchanged?.(since);
  } catch (error) {
    if (error instanceof IdentityUnavailable) throw error;
    end();
  }
}

/** Asks the accounts subgraph; in a supergraph without the field, no key is valid. */
export function createAskApiKeyHolder(
  subgraph: string,
  calls: Pick<SubgraphCalls, 'execute'>,
  supergraph: () => GatewaySupergraph,
): AskApiKeyHolder {
  const ask = createGatewayQuery<Holder>({ subgraph, ...FIELD }, calls, supergraph);
  return async (digest) => {
    const holder = await ask({ digest });
    return holder ? verifiedAs(holder) : null;
  };
}

function verifiedAs({ apiKeyId, userId, expiresAt, suspended, ...held }: Holder): VerifiedViewer {
  const viewer: Viewer = {
    userId,
    sessionId: apiKeyId,
    // Rights of staff are for people only: a leaked key must not give them away.
    roles: ROLES.filter((role) => STAYS.includes(role) && held.roles.includes(role)),
    apiKeyScopes: API_KEY_SCOPES.filter((scope) => held.scopes.includes(scope)),
    ...(suspended ? { suspended } : {}),
  };
  const end = expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(String(expiresAt));
  return { viewer, expiresAt: new Date(Math.min(end, Date.now() + LONGEST_MS)) };
}

const STAYS: readonly string[] = ['CUSTOMER', 'SELLER'];

interface Holder {
  readonly apiKeyId: string;
  readonly userId: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly suspended: boolean;
  readonly expiresAt: string | Date | null;
}
