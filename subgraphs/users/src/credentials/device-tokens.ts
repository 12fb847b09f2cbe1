import { createLocalJWKSet, errors, importJWK, jwtVerify, SignJWT } from 'jose';
import type { UsersConfig } from '../config.ts';
import { ALGORITHM, ISSUER, publicKeys } from './signing-keys.ts';

/** A sign-in that took place on the device: its session is the device's name here. */
export interface Device {
  readonly userId: string;
  readonly sessionId: string;
}

/**
 * What a device keeps to prove that an account was signed in there before (OWASP's device cookies, but
 * an argument, since clients are not browsers alone). It opens nothing, so it does not expire: it is
 * worth what its session is remembered to have been.
 */
export interface DeviceTokens {
  sign(device: Device): Promise<string>;
  /** Null for what this service did not sign. */
  open(token: string): Promise<Device | null>;
}

const TYPE = 'device+jwt';
const AUDIENCE = 'users';
/** Longer than any of ours; nothing beyond is worth parsing. */
const MAX_LENGTH = 1_024;

export async function createDeviceTokens(config: UsersConfig): Promise<DeviceTokens> {
  const [signingKey] = config.accessTokenPrivateKeys;
  if (!signingKey) throw new Error('There is no key to sign tokens with.');
  const key = await importJWK(signingKey, ALGORITHM);
  const keySet = createLocalJWKSet(publicKeys(config));
  return {
    sign: ({ userId, sessionId }) =>
      new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: signingKey.kid })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(userId)
        .sign(key),
    open: async (token) => {
      if (token.length > MAX_LENGTH) return null;
      try {
        const { payload } = await jwtVerify(token, keySet, {
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
