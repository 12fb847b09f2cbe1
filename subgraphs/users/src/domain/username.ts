import { badInput } from '@souk/runtime/domain';

/**
 * Only small ASCII letters, digits and underscores: two usernames that look alike in every script
 * cannot exist.
 */
const FORM = /^[a-z][a-z0-9_]{1,29}$/;

/** Names that speak for Souk, or that texts and routes use. */
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

/** Digits that are read as letters, and no underscores: `adm1n_` reads as `admin`. */
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

/** How every lookup writes a username, whatever keyboard it was typed on: ａｄａ is ada. */
export const canonicalUsername = (text: string): string =>
  text.normalize('NFKC').trim().toLowerCase();

export const isUsername = (text: string): boolean => FORM.test(text);

export const isReserved = (username: string): boolean => RESERVED_READINGS.has(readingOf(username));

/** The username in its one form; throws `BAD_USER_INPUT` when nobody may have it. */
export function parseUsername(text: string, path: readonly string[]): string {
  const username = canonicalUsername(text);
  if (!isUsername(username)) {
    throw badInput(
      'A username has 2 to 30 characters of a-z, 0-9 and _, and begins with a letter.',
      path,
    );
  }
  if (isReserved(username)) throw badInput('This username is reserved.', path);
  return username;
}

/** Names to offer somebody whose wish is taken, most alike first. */
export const alternativesTo = (username: string, digits: readonly number[]): string[] =>
  digits.map((digit) => `${username.slice(0, 30 - String(digit).length - 1)}_${digit}`);
