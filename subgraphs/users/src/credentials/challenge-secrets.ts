import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { CODE_ALPHABET, CODE_LENGTH, normalCode } from '../domain/mailed-code.ts';

/** 192 bits that only who asked is given: without them, a code read in a mail opens nothing. */
export const newChallengeId = (): string => `chl_${randomBytes(24).toString('base64url')}`;

const FORM = /^chl_[A-Za-z0-9_-]{32}$/;

export const isChallengeId = (text: string): boolean => FORM.test(text);

export const newCode = (): string =>
  Array.from({ length: CODE_LENGTH }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]).join(
    '',
  );

const sha256 = (text: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(text).digest());

/**
 * One of 4,096 streams: each is a row for good, and anybody may type an address. Nobody follows them, and
 * those who ask at the same moment seldom meet in one.
 */
export const mailboxShard = (address: string): string =>
  createHash('sha256').update(address).digest('base64url').slice(0, 2);

/** By which a challenge is stored and found. */
export const challengeDigest = (challengeId: string): Uint8Array<ArrayBuffer> =>
  sha256(`challenge\n${challengeId}`);

/** What is stored of a code: salted with an id that is not stored, so no table of codes finds it. */
export const codeDigest = (challengeId: string, code: string): Uint8Array<ArrayBuffer> =>
  sha256(`code\n${challengeId}\n${normalCode(code)}`);

/** Whether a typed code is the one; takes as long for a challenge that none answers. */
export const isCode = (stored: Uint8Array | null, challengeId: string, typed: string): boolean => {
  const given = codeDigest(challengeId, typed);
  return timingSafeEqual(stored ?? new Uint8Array(given.length), given) && stored !== null;
};
