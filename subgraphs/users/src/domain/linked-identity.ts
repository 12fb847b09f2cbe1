import { DomainError } from '@souk/runtime/domain';
import { canonicalUsername, isReserved, isUsername } from './username.ts';

/** Who an account's owner is at another identity provider. */
export interface LinkedIdentity {
  readonly id: string;
  readonly provider: string;
  readonly displayName: string | null;
  readonly linkedAt: Date;
}

/** One for each provider that anybody has. */
export const MAX_IDENTITIES = 10;

export const identityRefused = (path: readonly string[]) =>
  new DomainError('IDENTITY_REFUSED', 'INVALID', 'The provider did not confirm this; begin anew.', {
    path,
  });

export const identityKnown = () =>
  new DomainError('IDENTITY_KNOWN', 'CONFLICT', 'This identity belongs to an account already.');

export const tooManyIdentities = () =>
  new DomainError(
    'TOO_MANY_IDENTITIES',
    'CONFLICT',
    `An account has at most ${MAX_IDENTITIES} identities.`,
  );

/** Whoever has an account joins an identity to it signed in: an address alone joins nothing. */
export const accountExists = () =>
  new DomainError(
    'ACCOUNT_EXISTS',
    'CONFLICT',
    'There is an account with this address; sign in to it, and link the identity there.',
  );

export const addressUnconfirmed = () =>
  new DomainError(
    'ADDRESS_UNCONFIRMED',
    'CONFLICT',
    'The provider does not confirm an e-mail address; register, and link the identity there.',
  );

/** A name that nobody should be left without: from what the provider says, or from the address. */
export function usernameFrom(preferred: string | null, email: string): string {
  const [mailbox = ''] = email.split('@');
  for (const wish of [preferred ?? '', mailbox]) {
    const name = canonicalUsername(wish)
      .normalize('NFKD')
      .replace(/[^a-z0-9_]+/g, '_')
      .replace(/^[^a-z]+|_+$/g, '')
      .slice(0, 24);
    if (isUsername(name) && !isReserved(name)) return name;
  }
  return 'newcomer';
}
