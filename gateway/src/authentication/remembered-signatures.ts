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

/** A token whose signature was found good, and the key that it was found good by. */
interface Remembered {
  readonly header: JWTHeaderParameters;
  readonly key: CryptoKey;
  readonly payload: JWTPayload;
}

/** A key is found by a token's header alone. */
const NO_TOKEN = { payload: '', signature: '' };

/** Some 500 bytes each. */
const MOST_REMEMBERED = 5_000;

/**
 * Verifies the signature of a token once: each request of a client has the same one for minutes, and checking it costs more than
 * all else that is asked of who asks. What may change is looked at each time: whether the very key still counts, and the time; that the
 * session has not ended is asked elsewhere. Tokens are kept as hashes, which open nothing.
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
