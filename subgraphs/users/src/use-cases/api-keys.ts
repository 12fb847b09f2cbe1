import { type ApiKeyScope, notFound, unauthenticated, type Viewer } from '@souk/runtime/domain';
import { apiKeyDigest } from '@souk/runtime/identity';
import { newApiKeySecret } from '../credentials/api-keys.ts';
import { assertKeyOfUse, MAX_API_KEYS, tooManyApiKeys } from '../domain/api-key.ts';
import type { UsersDeps } from './deps.ts';
import { announceEnded } from './end-sessions.ts';
import { lockedWithRecentProof } from './recent-proof.ts';
import { recordSecurityChange } from './record-security-change.ts';

export interface CreateApiKeyInput {
  readonly name: string;
  readonly scopes: readonly ApiKeyScope[];
  readonly expiresAt?: Date | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

export interface CreatedApiKey {
  readonly id: string;
  /** Shown this once; null for a repeat, since nobody keeps it. */
  readonly secret: string | null;
  readonly replayed: boolean;
}

/** Makes a key for a program of the viewer's. */
export const createApiKey = (
  deps: UsersDeps,
  viewer: Viewer,
  { idempotencyKey: key, ...input }: CreateApiKeyInput,
): Promise<CreatedApiKey> =>
  deps.transaction(async (stores) => {
    const { userId: accountId } = viewer;
    const now = deps.clock();
    assertKeyOfUse(input, now);
    const account = await lockedWithRecentProof(deps, stores, viewer);
    const { secret, prefix } = newApiKeySecret();
    const request = { scope: `createApiKey:${accountId}`, key, input };
    const { result: id, replayed } = await stores.idempotency.once(request, async () => {
      if ((await stores.apiKeys.countOpenOf(accountId, now)) >= MAX_API_KEYS) {
        throw tooManyApiKeys();
      }
      const { name, scopes, expiresAt = null } = input;
      const id = deps.newId('key');
      await stores.apiKeys.insert({
        id,
        accountId,
        name,
        prefix,
        expiresAt,
        createdAt: now,
        scopes: [...new Set(scopes)].sort(),
        digest: new Uint8Array(Buffer.from(apiKeyDigest(secret), 'base64url')),
      });
      await recordSecurityChange(stores, account, 'API_KEY_CREATED');
      return id;
    });
    return { id, secret: replayed ? null : secret, replayed };
  });

/** Ends a key of the viewer's, and what is open in its name; doing it twice changes nothing. */
export async function revokeApiKey(
  deps: UsersDeps,
  { userId: accountId }: Viewer,
  id: string,
): Promise<void> {
  const ended = await deps.transaction(async (stores) => {
    const account = await stores.accounts.lock(accountId);
    if (!account) throw unauthenticated();
    const [known] = await stores.apiKeys.findManyOf(accountId, [id]);
    if (!known) throw notFound('ApiKey', ['apiKeyId']);
    if (!(await stores.apiKeys.revoke(accountId, id, deps.clock()))) return [];
    await recordSecurityChange(stores, account, 'API_KEY_REVOKED');
    return [id];
  });
  // To gateways a key is a session that never signs in: it is on the same list when it ends.
  await announceEnded(deps, ended);
}
