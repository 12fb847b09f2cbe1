import { badInput } from '@souk/runtime/domain';

/**
 * Only lower-case ASCII letters, digits and underscores, so that no two usernames can look alike through
 * different scripts.
 */
const FORM = /^[a-z][a-z0-9_]{1,29}$/;

/** Names that appear to speak for Souk, or that texts and routes use. */
const RESERVED = [
  'admin',
  'administrator',
  'all',
  'anonymous',
  'api',
  'billing',
  'bot',
  'channel',
  'contact',
  'deleted',
  'everyone',
  'graphql',
  'guest',
  'help',
  'helpdesk',
  'here',
  'info',
  'mail',
  'me',
  'mod',
  'moderator',
  'moderators',
  'noreply',
  'nobody',
  'null',
  'official',
  'operator',
  'owner',
  'payments',
  'postmaster',
  'root',
  'security',
  'seller',
  'souk',
  'staff',
  'support',
  'system',
  'team',
  'undefined',
  'user',
  'users',
  'viewer',
  'webmaster',
];

/** With look-alike digits read as letters, and without underscores: `adm1n_` reads as `admin`. */
const READ_AS: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  l: 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  _: '',
};
const readingOf = (username: string) =>
  username.replace(/[013457l_]/g, (character) => READ_AS[character] ?? character);
const RESERVED_READINGS = new Set(RESERVED.map(readingOf));

/** The form of a username in every lookup, whatever keyboard it was typed on: ａｄａ is ada. */
export const canonicalUsername = (text: string): string =>
  text.normalize('NFKC').trim().toLowerCase();

export const isUsername = (text: string): boolean => FORM.test(text);

export const isReserved = (username: string): boolean => RESERVED_READINGS.has(readingOf(username));

/** The username in canonical form; throws `BAD_USER_INPUT` when it is not allowed. */
export function parseUsername(text: string, path: readonly string[]): string {
  const username = canonicalUsername(text);
  if (!isUsername(username)) {
    throw badInput(
      'A username must have 2 to 30 characters of a-z, 0-9 and _, and begin with a letter.',
      path,
    );
  }
  if (isReserved(username)) throw badInput('This username is reserved.', path);
  return username;
}

/** Names to offer when the chosen one is taken, most similar first. */
export const alternativesTo = (username: string, digits: readonly number[]): string[] =>
  digits.map((digit) => `${username.slice(0, 30 - String(digit).length - 1)}_${digit}`);
