import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { digestBytesOf } from '../digest.ts';
import { MINUTE_MS } from '../durations.ts';

/** 192 bits that only the requester is given: without them, a code read in a mail is useless. */
export const newChallengeId = (): string => `chl_${randomBytes(24).toString('base64url')}`;

const FORM = /^chl_[A-Za-z0-9_-]{32}$/;

export const isChallengeId = (text: string): boolean => FORM.test(text);

/** Long enough to open a mail, too short to be found in a mailbox later. */
export const CODE_LIFETIME_MS = 10 * MINUTE_MS;

/** Including wrong attempts; with 32^8 possible codes, guessing within them is hopeless. */
export const MAX_TRIES = 5;

/** Without I and 1, O and 0, which are easily confused. */
export const CODE_ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
export const CODE_LENGTH = 8;

/** A code as it is compared, however it was typed: in any case, with spaces and hyphens anywhere. */
export const normalCode = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

export const newCode = (): string =>
  Array.from({ length: CODE_LENGTH }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]).join(
    '',
  );

/** The form in which a challenge is stored and found. */
export const challengeDigest = (challengeId: string): Uint8Array<ArrayBuffer> =>
  digestBytesOf(`challenge\n${challengeId}`);

/** What is stored of a code: salted with an id that is not stored, so no table of codes finds it. */
export const codeDigest = (challengeId: string, code: string): Uint8Array<ArrayBuffer> =>
  digestBytesOf(`code\n${challengeId}\n${normalCode(code)}`);

/** Whether a typed code is right; takes as long for a challenge that does not exist. */
export const isCode = (stored: Uint8Array | null, challengeId: string, typed: string): boolean => {
  const given = codeDigest(challengeId, typed);
  return timingSafeEqual(stored ?? new Uint8Array(given.length), given) && stored !== null;
};
