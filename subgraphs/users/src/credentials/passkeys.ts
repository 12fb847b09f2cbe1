import type {
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type { UsersConfig } from '../config.ts';

/** What is stored of a registered passkey to verify its signatures. */
export interface PasskeyCredential {
  readonly credentialId: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** Number of uses, if the authenticator counts them; a cloned key would fall behind. */
  readonly counter: number;
  readonly transports: readonly string[];
}

export interface RegisteredCredential extends PasskeyCredential {
  readonly backedUp: boolean;
}

/** What a browser's `navigator.credentials` returned, in WebAuthn's own JSON; none of it is trusted. */
export type WebAuthnJson = Readonly<Record<string, unknown>>;

export interface PasskeyOwner {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
}

/** The relying party's side of WebAuthn. The caller keeps the challenge of each ceremony. */
export interface Passkeys {
  registrationOptions(
    owner: PasskeyOwner,
    known: readonly PasskeyCredential[],
  ): Promise<{ readonly challenge: string; readonly options: object }>;
  /** Null for an answer that was not made in this ceremony, for this site, by the person who was asked. */
  registered(challenge: string, response: WebAuthnJson): Promise<RegisteredCredential | null>;
  /** For any passkey of the site: the browser offers those it has. */
  signInOptions(): Promise<{ readonly challenge: string; readonly options: object }>;
  /** The counter after this use; null when the credential did not sign it in this ceremony. */
  verified(
    challenge: string,
    response: WebAuthnJson,
    credential: PasskeyCredential,
  ): Promise<{ readonly counter: number; readonly backedUp: boolean } | null>;
}

const RP_NAME = 'Souk';

/** The library is loaded with the first ceremony: most processes never need it. */
export function createPasskeys({
  passkeyDomain: rpID,
  passkeyOrigins,
}: Pick<UsersConfig, 'passkeyDomain' | 'passkeyOrigins'>): Passkeys {
  const library = () => import('@simplewebauthn/server');
  const allowed = allowedOrigins(rpID, passkeyOrigins);
  return {
    registrationOptions: async ({ id, username, displayName }, known) => {
      const { generateRegistrationOptions } = await library();
      const options = await generateRegistrationOptions({
        rpName: RP_NAME,
        rpID,
        userName: username,
        userDisplayName: displayName,
        userID: new TextEncoder().encode(id),
        // A passkey counts as both factors: it is found without a username, and verifies its holder.
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        excludeCredentials: known.map(({ credentialId, transports }) => ({
          id: credentialId,
          transports: [...transports] as AuthenticatorTransport[],
        })),
      });
      return { challenge: options.challenge, options };
    },
    registered: async (expectedChallenge, response) => {
      const { verifyRegistrationResponse } = await library();
      const expectedOrigin = allowed(originOf(response));
      if (expectedOrigin === null) return null;
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: response as unknown as RegistrationResponseJSON,
        expectedChallenge,
        expectedOrigin,
        expectedRPID: rpID,
        requireUserVerification: true,
      }).catch(() => ({ verified: false, registrationInfo: undefined }));
      if (!verified || !registrationInfo) return null;
      const { credential, credentialBackedUp } = registrationInfo;
      return {
        credentialId: credential.id,
        publicKey: credential.publicKey,
        counter: credential.counter,
        transports: credential.transports ?? [],
        backedUp: credentialBackedUp,
      };
    },
    signInOptions: async () => {
      const { generateAuthenticationOptions } = await library();
      const options = await generateAuthenticationOptions({ rpID, userVerification: 'required' });
      return { challenge: options.challenge, options };
    },
    verified: async (expectedChallenge, response, { credentialId, publicKey, counter }) => {
      const { verifyAuthenticationResponse } = await library();
      const expectedOrigin = allowed(originOf(response));
      if (expectedOrigin === null) return null;
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: response as unknown as AuthenticationResponseJSON,
        expectedChallenge,
        expectedOrigin,
        expectedRPID: rpID,
        requireUserVerification: true,
        credential: { id: credentialId, publicKey, counter },
      }).catch(() => ({ verified: false, authenticationInfo: null }));
      if (!verified || !authenticationInfo) return null;
      const { newCounter, credentialBackedUp } = authenticationInfo;
      return { counter: newCounter, backedUp: credentialBackedUp };
    },
  };
}

/** The id of the credential in a response; null when there is none. */
export const credentialIdOf = ({ id }: WebAuthnJson): string | null =>
  typeof id === 'string' && id !== '' ? id : null;

/**
 * Whether the authenticator, too, says that it made the credential for this account (WebAuthn 7.2, step 6).
 * No username was entered, so otherwise a key that its owner removed, and that somebody else added to their
 * own account, would sign the owner in there.
 */
export function isMadeFor({ response }: WebAuthnJson, accountId: string): boolean {
  const { userHandle } = (response ?? {}) as { userHandle?: unknown };
  return userHandle === Buffer.from(accountId).toString('base64url');
}

/** The origin reported by the browser; the library checks whether it is the right one. */
function originOf({ response }: WebAuthnJson): string | null {
  const { clientDataJSON } = (response ?? {}) as { clientDataJSON?: unknown };
  if (typeof clientDataJSON !== 'string') return null;
  try {
    const { origin } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString());
    return typeof origin === 'string' ? origin : null;
  } catch {
    return null;
  }
}

/** On the local machine every port belongs to the site: a front end in development has its own. */
const LOCALHOST = /^http:\/\/localhost(:\d+)?$/;

function allowedOrigins(domain: string, listed: string | undefined) {
  const origins = new Set((listed ?? `https://${domain}`).split(',').map((one) => one.trim()));
  const isLocal = domain === 'localhost' && listed === undefined;
  return (origin: string | null): string | null =>
    origin !== null && (origins.has(origin) || (isLocal && LOCALHOST.test(origin))) ? origin : null;
}
