import { weakPassword } from './errors.ts';

/** OWASP ASVS 6.2.1 and 6.2.9: at least 8 characters, at least 64 allowed, nothing cut off. */
export const MIN_PASSWORD_LENGTH = 8;
export const MAX_PASSWORD_LENGTH = 256;

/**
 * The text that is hashed: the same for every way to write the same characters (NIST SP 800-63B asks for a
 * normal form), otherwise unchanged, including spaces.
 */
export const normalPassword = (password: string): string => password.normalize('NFC');

/** Longer ones are never hashed, so that hashing cannot be used to keep us busy. */
export const isHashable = (password: string): boolean =>
  password.length <= 4 * MAX_PASSWORD_LENGTH && lengthOf(password) <= MAX_PASSWORD_LENGTH;

/** In code points of the form that is hashed. */
const lengthOf = (password: string) => [...normalPassword(password)].length;

/** What a password should not contain: somebody who knows the account or the site would try it first. */
export interface PasswordOwner {
  readonly username: string;
  readonly displayName?: string | null | undefined;
  readonly email: string;
}

const SITE = 'souk';

/** Shorter parts, such as an Al or a Bo, occur in many words by chance. */
const SHORTEST_PART = 4;

/** Throws `WeakPasswordError` unless its length is right and it contains nothing of its owner or of Souk. */
export function assertAcceptablePassword(
  password: string,
  owner: PasswordOwner,
  path: readonly string[],
): void {
  const length = isHashable(password) ? lengthOf(password) : MAX_PASSWORD_LENGTH + 1;
  if (length < MIN_PASSWORD_LENGTH) {
    throw weakPassword(
      'PASSWORD_TOO_SHORT',
      `A password needs at least ${MIN_PASSWORD_LENGTH} characters.`,
      path,
    );
  }
  if (length > MAX_PASSWORD_LENGTH) {
    throw weakPassword(
      'PASSWORD_TOO_LONG',
      `A password can have at most ${MAX_PASSWORD_LENGTH} characters.`,
      path,
    );
  }
  const read = comparable(password);
  if (partsOf(owner).some((part) => read.includes(part))) {
    throw weakPassword(
      'PASSWORD_TOO_COMMON',
      'A password must not contain your name, your email address or the name of this site.',
      path,
    );
  }
}

/** As it is read aloud: without case, accents, spaces and punctuation. */
const comparable = (text: string) =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

function partsOf({ username, displayName, email }: PasswordOwner): string[] {
  const [mailbox = ''] = email.split('@');
  const name = displayName ?? '';
  const names = [username, name, ...name.split(/\s+/), mailbox, email];
  return [SITE, ...names.map(comparable).filter(isTelling)];
}

const isTelling = (part: string) => [...part].length >= SHORTEST_PART;

/** What makes a password easy to guess. */
export type PasswordWeakness = 'COMMON' | 'KEYBOARD' | 'REPEATED' | 'SEQUENCE' | 'DATE';

/** By the pattern that an estimate found first; patterns without a message of their own count as common. */
export function weaknessFrom(patterns: readonly string[]): PasswordWeakness {
  if (patterns.includes('dictionary')) return 'COMMON';
  if (patterns.includes('spatial')) return 'KEYBOARD';
  if (patterns.includes('repeat')) return 'REPEATED';
  if (patterns.includes('sequence')) return 'SEQUENCE';
  return patterns.includes('date') || patterns.includes('regex') ? 'DATE' : 'COMMON';
}
