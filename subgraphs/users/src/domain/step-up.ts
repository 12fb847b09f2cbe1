import { DomainError } from '@souk/runtime/domain';

/** The ways to prove one's identity; the same names as in the schema. */
export const AUTH_METHODS = [
  'PASSWORD',
  'PASSKEY',
  'EMAIL_CODE',
  'TOTP',
  'RECOVERY_CODE',
  'OIDC',
] as const;
export type AuthMethod = (typeof AUTH_METHODS)[number];

/** What an account can sign in with. */
export interface SignInMethods {
  readonly hasPassword: boolean;
  readonly emailVerified: boolean;
  readonly totpEnabled: boolean;
  readonly recoveryCodesLeft: number;
  readonly passkeys: number;
  readonly identities: number;
}

/** How long a proof of identity suffices for actions that an abandoned open session must not allow. */
export const RECENT_PROOF_SECONDS = 10 * 60;

export const isRecentProof = (authenticatedAt: Date, now: Date): boolean =>
  now.getTime() - authenticatedAt.getTime() <= RECENT_PROOF_SECONDS * 1_000;

/** How the account's owner can prove their identity again without leaving the page. */
export function acceptedProofs(of: SignInMethods): AuthMethod[] {
  const accepted: Record<Exclude<AuthMethod, 'OIDC'>, boolean> = {
    PASSWORD: of.hasPassword,
    PASSKEY: of.passkeys > 0,
    EMAIL_CODE: of.emailVerified,
    TOTP: of.totpEnabled,
    RECOVERY_CODE: of.totpEnabled && of.recoveryCodesLeft > 0,
  };
  return AUTH_METHODS.filter((method) => method !== 'OIDC' && accepted[method]);
}

/** The last proof is too old for this; `reauthenticate` by one of the methods, and try again. */
export const reauthenticationRequired = (methods: readonly AuthMethod[]) =>
  new DomainError(
    'REAUTHENTICATION_REQUIRED',
    'FORBIDDEN',
    'Prove your identity again, and try again.',
    {
      type: 'ReauthenticationRequiredError',
      data: { methods, maxAgeSeconds: RECENT_PROOF_SECONDS },
    },
  );
