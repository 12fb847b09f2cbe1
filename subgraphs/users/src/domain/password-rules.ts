import { isCommonPassword } from './common-passwords.ts';
import { weakPassword } from './errors.ts';

/** OWASP ASVS 6.2.1 and 6.2.9: at least 8 characters, at least 64 allowed, nothing cut off. */
export const MIN_PASSWORD_LENGTH = 8;
export const MAX_PASSWORD_LENGTH = 128;

/**
 * What is hashed: the same text for every Unicode form of the same characters (NIST SP 800-63B
 * asks for NFKC), otherwise untouched, spaces included.
 */
export const normalPassword = (password: string): string => password.normalize('NFKC');

/** Longer ones are never hashed: hashing must not be a way to keep us busy. */
export const isHashable = (password: string): boolean =>
  password.length <= 4 * MAX_PASSWORD_LENGTH && [...password].length <= MAX_PASSWORD_LENGTH;

/** Throws `WeakPasswordError` unless an account may be opened with it. */
export function assertStrongPassword(password: string, owner: { username: string; email: string }) {
  const length = isHashable(password) ? [...password].length : MAX_PASSWORD_LENGTH + 1;
  if (length < MIN_PASSWORD_LENGTH) {
    throw weakPassword(
      'PASSWORD_TOO_SHORT',
      `A password has at least ${MIN_PASSWORD_LENGTH} characters.`,
    );
  }
  if (length > MAX_PASSWORD_LENGTH) {
    throw weakPassword(
      'PASSWORD_TOO_LONG',
      `A password has at most ${MAX_PASSWORD_LENGTH} characters.`,
    );
  }
  const lower = normalPassword(password).toLowerCase();
  const [email, username] = [owner.email, owner.username].map((text) => text.trim().toLowerCase());
  const isOwnName = [username, email, email?.split('@')[0]].includes(lower);
  if (isOwnName || isCommonPassword(lower)) {
    throw weakPassword('PASSWORD_TOO_COMMON', 'This password is among the first one would try.');
  }
}
