import { createBoundedCache } from '@souk/engine';
import { API_KEY_SCOPES, ROLES, type Viewer } from '@souk/runtime/domain';
import { apiKeyDigest, isApiKeySecret } from '@souk/runtime/identity';
import { Kind, OperationTypeNode } from 'graphql';
import type { GatewaySupergraph } from '../supergraph/gateway-supergraph.ts';
import type { SubgraphCalls } from '../upstream/subgraph-calls.ts';
import { IdentityUnavailable } from './identity-unavailable.ts';
import type { VerifiedViewer, VerifyAccessToken } from './viewer.ts';

const FIELD = 'apiKeyHolder';
const OPERATION_NAME = 'ApiKeyHolder';
const QUERY = `query ${OPERATION_NAME}($digest:String!){${FIELD}(digest:$digest){apiKeyId userId roles scopes suspended expiresAt}}`;
/** Milliseconds for the answer: it is on the way of a request. */
const WITHIN_MS = 1_500;
/** Milliseconds for which an answer counts: a suspension, or a role taken away, holds from then on. */
const FRESH_MS = 1_000;
const MOST_REMEMBERED = 10_000;
/** Milliseconds after which a socket opened by a key without an end is looked at again. */
const LONGEST_MS = 86_400_000;

/** Who holds the key of this digest, as the subgraph of accounts says; null for nobody. */
export type AskApiKeyHolder = (digest: string) => Promise<VerifiedViewer | null>;

/**
 * Takes API keys where access tokens are taken: told apart by how they begin. The key's id stands for the
 * session, so that a key that is revoked ends what is open in its name as a session does.
 */
export function orApiKeys(verify: VerifyAccessToken, ask: AskApiKeyHolder): VerifyAccessToken {
  const known = createBoundedCache<string, { at: number; holder: Promise<VerifiedViewer | null> }>(
    MOST_REMEMBERED,
  );
  const holderOf = (digest: string) => {
    const last = known.get(digest);
    if (last && Date.now() - last.at < FRESH_MS) return last.holder;
    const holder = ask(digest).catch((cause) => {
      throw new IdentityUnavailable('nobody can say whose key it is', { cause });
    });
    known.set(digest, { at: Date.now(), holder });
    return holder;
  };
  return async (token) => {
    if (!isApiKeySecret(token)) return verify(token);
    const holder = await holderOf(apiKeyDigest(token));
    if (!holder) throw new Error('no such key, or it has ended');
    return holder;
  };
}

/** Asks by a field that only gateways can reach; in a supergraph without it nobody has a key. */
export const createAskApiKeyHolder =
  (
    subgraph: string,
    { execute }: Pick<SubgraphCalls, 'execute'>,
    supergraph: () => GatewaySupergraph,
  ): AskApiKeyHolder =>
  async (digest) => {
    if (!hasField(supergraph())) return null;
    const variables = { digest };
    const response = await execute({
      ...{ subgraph, query: QUERY, operationName: OPERATION_NAME },
      operationType: OperationTypeNode.QUERY,
      variablesText: JSON.stringify(variables),
      bodyText: JSON.stringify({ query: QUERY, operationName: OPERATION_NAME, variables }),
      context: {
        requestId: crypto.randomUUID(),
        viewer: null,
        deadlineAt: Date.now() + WITHIN_MS,
      },
    });
    const { data, errors } =
      'text' in response ? (JSON.parse(response.text) as Partial<Answer>) : (response as Answer);
    if (errors || !data) throw new Error(errors?.[0]?.message ?? 'no answer');
    return data[FIELD] ? verifiedAs(data[FIELD]) : null;
  };

function verifiedAs({ apiKeyId, userId, expiresAt, suspended, ...held }: Holder): VerifiedViewer {
  const viewer: Viewer = {
    ...{ userId, sessionId: apiKeyId },
    // What staff may do is for people: a key that leaks must not give it away.
    roles: ROLES.filter((role) => STAYS.includes(role) && held.roles.includes(role)),
    apiKeyScopes: API_KEY_SCOPES.filter((scope) => held.scopes.includes(scope)),
    ...(suspended ? { suspended } : {}),
  };
  const end = expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(String(expiresAt));
  return { viewer, expiresAt: new Date(Math.min(end, Date.now() + LONGEST_MS)) };
}

const STAYS: readonly string[] = ['CUSTOMER', 'SELLER'];

const hasField = ({ document }: GatewaySupergraph): boolean =>
  document.definitions.some(
    (definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION &&
      definition.name.value === 'Query' &&
      definition.fields?.some(({ name }) => name.value === FIELD),
  );

interface Holder {
  readonly apiKeyId: string;
  readonly userId: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly suspended: true | false;
  readonly expiresAt: string | Date | null;
}

interface Answer {
  data?: { apiKeyHolder?: Holder | null } | null;
  errors?: readonly { message: string }[];
}
