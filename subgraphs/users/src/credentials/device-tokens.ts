import { hkdfSync } from 'node:crypto';
import { base64url, errors, type JWK, jwtVerify, SignJWT } from 'jose';
import type { UsersConfig } from '../config.ts';
import { ISSUER } from './signing-keys.ts';

/** A sign-in that took place on the device: its session identifies the device here. */
export interface Device {
  readonly userId: string;
  readonly sessionId: string;
}

/**
 * What a device keeps to prove that an account was signed in on it before (like OWASP's device cookies, but
 * an argument, since not all clients are browsers). It gives no access and does not expire: its worth depends
 * on what is remembered of its session. Therefore it is signed with keys that stay when the others are
 * rotated.
 */
export interface DeviceTokens {
  sign(device: Device): Promise<string>;
  /** Null for anything that this service did not sign. */
  open(token: string): Promise<Device | null>;
}

const TYPE = 'device+jwt';
const AUDIENCE = 'users';
/** Longer than any of ours; longer texts are not parsed. */
const MAX_LENGTH = 1_024;

const ALGORITHM = 'HS256';

/** A key for this purpose only, derived from one that encrypts secrets. */
const keyFor = ({ k }: JWK) =>
  new Uint8Array(hkdfSync('sha256', base64url.decode(String(k)), '', 'souk device tokens', 32));

export function createDeviceTokens({
  accountSecretKeys,
}: Pick<UsersConfig, 'accountSecretKeys'>): DeviceTokens {
  const [newest] = accountSecretKeys;
  if (!newest) throw new Error('There is no key to sign tokens with.');
  const key = keyFor(newest);
  const keyOf = ({ kid }: { kid?: string }) => {
    const known = accountSecretKeys.find((one) => one.kid === kid);
    if (!known) throw new errors.JWSInvalid('signed by a key that is not in the ring');
    return keyFor(known);
  };
  return {
    sign: ({ userId, sessionId }) =>
      new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: String(newest.kid) })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(userId)
        .sign(key),
    open: async (token) => {
      if (token.length > MAX_LENGTH) return null;
      try {
        const { payload } = await jwtVerify(token, keyOf, {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer: ISSUER,
          audience: AUDIENCE,
          requiredClaims: ['sub', 'sid'],
        });
        return { userId: String(payload.sub), sessionId: String(payload.sid) };
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}
