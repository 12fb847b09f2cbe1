import { createBoundedCache } from '@souk/engine';
import { digestOf } from '@souk/runtime/domain';
import type {
  CryptoKey,
  JWTHeaderParameters,
  JWTPayload,
  JWTVerifyResult,
  ResolvedKey,
} from 'jose';
import type { AccessTokenKeys } from './access-token-keys.ts';

/** A token whose signature was valid, and the key that verified it. */
interface Remembered {
  readonly header: JWTHeaderParameters;
  readonly key: CryptoKey;
  readonly payload: JWTPayload;
}

/** Only the header of a token determines its key. */
const NO_TOKEN = { payload: '', signature: '' };

/** Some 500 bytes each. */
const MOST_REMEMBERED = 5_000;

/**
 * Verifies the signature of each token once. A client sends the same token for minutes, and verifying it
 * costs more than all other checks of a request. What can change is checked each time: that the same key is
 * still valid, and that the token has not expired; whether the session has ended is checked elsewhere. Tokens
 * are stored as hashes, which cannot be used to sign in.
 */
export function rememberingSignatures(
  keyOf: AccessTokenKeys,
  clockToleranceSeconds: number,
  verify: (token: string) => Promise<JWTVerifyResult & ResolvedKey>,
): (token: string) => Promise<JWTPayload> {
  const remembered = createBoundedCache<string, Remembered>(MOST_REMEMBERED);
  return async (token) => {
    const hash = digestOf(token);
    const known = remembered.get(hash);
    const isInTime =
      known && Number(known.payload.exp) + clockToleranceSeconds > Date.now() / 1_000;
    if (isInTime && (await keyOf(known.header, NO_TOKEN)) === known.key) return known.payload;
    const { payload, protectedHeader, key } = await verify(token);
    remembered.set(hash, { header: protectedHeader, key: key as CryptoKey, payload });
    return payload;
  };
}
