import { DomainError } from '@souk/runtime/domain';
import { canonicalUsername, isReserved, isUsername } from './username.ts';

/** An account owner's identity at another provider. */
export interface LinkedIdentity {
  readonly id: string;
  readonly provider: string;
  readonly displayName: string | null;
  readonly linkedAt: Date;
}

/** One for each existing provider. */
export const MAX_IDENTITIES = 10;

export const identityRefused = (path: readonly string[]) =>
  new DomainError(
    'IDENTITY_REFUSED',
    'INVALID',
    'The provider did not confirm this; start again.',
    {
      path,
    },
  );

export const identityKnown = () =>
  new DomainError('IDENTITY_KNOWN', 'CONFLICT', 'This identity already belongs to an account.');

export const tooManyIdentities = () =>
  new DomainError(
    'TOO_MANY_IDENTITIES',
    'CONFLICT',
    `An account can have at most ${MAX_IDENTITIES} identities.`,
  );

/** The owner of an account links an identity while signed in: an address alone links nothing. */
export const accountExists = () =>
  new DomainError(
    'ACCOUNT_EXISTS',
    'CONFLICT',
    'There is already an account with this address; sign in to it, and then link the identity.',
  );

export const addressUnconfirmed = () =>
  new DomainError(
    'ADDRESS_UNCONFIRMED',
    'CONFLICT',
    'The provider does not confirm an email address; register, and then link the identity.',
  );

/** The base of a username for people who choose none and whose provider gives no name; a number is added. */
export const NEWCOMER = 'newcomer';

/**
 * The username of a new person who chooses none: what the provider calls them. Usernames are public, so it is
 * never their address, nor the part of it before the @, which many providers give as a name; null then.
 */
export function usernameFrom(preferred: string | null, email: string): string | null {
  const [mailbox = ''] = email.split('@');
  if (preferred === null || preferred.normalize('NFKC').includes('@')) return null;
  const name = asUsername(preferred);
  const tells = name === asUsername(mailbox) || !isUsername(name) || isReserved(name);
  return tells ? null : name;
}

const asUsername = (text: string) =>
  canonicalUsername(text)
    .normalize('NFKD')
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 24);

const MAX_NAME = 50;

/** A provider's name for somebody, if it could be a username; an address could not. */
export function shownName(name: string | null): string | null {
  if (name === null || name.normalize('NFKC').includes('@')) return null;
  const plain = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N} .,'’-]/gu, '')
    .trim();
  const isNothing = plain === '' || /\.\p{L}{2,}/u.test(plain);
  return isNothing ? null : [...plain].slice(0, MAX_NAME).join('').trim();
}
