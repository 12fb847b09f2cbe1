import { randomBytes } from 'node:crypto';

/** 192 random bits, which cannot be guessed. */
const BYTES = 24;

export const newInviteCode = (): string => randomBytes(BYTES).toString('base64url');
