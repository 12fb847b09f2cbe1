import { randomInt } from 'node:crypto';
import { CODE_ALPHABET, digestBytesOf, normalCode } from '@souk/runtime/domain';
import { RECOVERY_CODE_LENGTH, RECOVERY_CODES } from '../domain/recovery-codes.ts';

/** A new set, in the form in which it is shown once. */
export const newRecoveryCodes = (): string[] => Array.from({ length: RECOVERY_CODES }, newCode);

const newCode = () => {
  const signs = Array.from(
    { length: RECOVERY_CODE_LENGTH },
    () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)],
  ).join('');
  return `${signs.slice(0, 5)}-${signs.slice(5)}`;
};

/** What is stored of one; it may be typed in any case, with or without spaces. */
export const recoveryCodeDigest = (accountId: string, typed: string): Uint8Array<ArrayBuffer> =>
  digestBytesOf(`recovery\n${accountId}\n${normalCode(typed)}`);
