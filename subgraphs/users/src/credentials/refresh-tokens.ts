import { createHmac, randomBytes } from 'node:crypto';
import { digestBytesOf } from '@souk/runtime/domain';

/** 256 bits cannot be guessed, so a plain SHA-256 suffices for storing it. */
const BYTES = 32;
const FORM = /^[A-Za-z0-9_-]{43}$/;

export const newRefreshToken = (): string => randomBytes(BYTES).toString('base64url');

export const isRefreshToken = (text: string): boolean => FORM.test(text);

/** What is stored in its place. */
export const refreshTokenDigest = (token: string): Uint8Array<ArrayBuffer> => digestBytesOf(token);

export const newSuccessorSalt = (): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(BYTES));

/**
 * The successor of a token: the same whenever it is computed with the same salt. Computing it takes the
 * presented token, so what is stored reveals no token.
 */
export const successorOf = (token: string, salt: Uint8Array): string =>
  createHmac('sha256', token).update('successor\n').update(salt).digest('base64url');
