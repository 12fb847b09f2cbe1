import { DomainError } from '@souk/runtime/domain';
import type { SignInMethods } from './step-up.ts';

/** A passkey of an account, as its owner sees it. */
export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  /** Whether it is backed up beyond the device, so that losing the device does not lose it. */
  readonly backedUp: boolean;
}

/** More than anybody has devices. */
export const MAX_PASSKEYS = 20;

export const tooManyPasskeys = () =>
  new DomainError(
    'TOO_MANY_PASSKEYS',
    'CONFLICT',
    `An account can have at most ${MAX_PASSKEYS} passkeys.`,
  );

export const passkeyKnown = () =>
  new DomainError('PASSKEY_KNOWN', 'CONFLICT', 'This passkey already belongs to an account.');

export const passkeyRefused = (path: readonly string[]) =>
  new DomainError('PASSKEY_REFUSED', 'INVALID', 'This passkey cannot be used here; start again.', {
    path,
  });

/** Throws when the removal would leave no way to sign in. */
export function assertAnotherWayIn(has: SignInMethods, removed: 'passkeys' | 'identities'): void {
  const left = { ...has, [removed]: has[removed] - 1 };
  if (left.hasPassword || left.emailVerified || left.passkeys > 0 || left.identities > 0) return;
  throw new DomainError(
    'LAST_SIGN_IN_METHOD',
    'CONFLICT',
    'This is the last way to sign in; set a password first, or confirm your address.',
    { type: 'LastSignInMethodError' },
  );
}
