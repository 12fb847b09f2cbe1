import { randomBytes } from 'node:crypto';

/** 192 random bits: nobody comes upon one by trying. */
const BYTES = 24;

export const newInviteCode = (): string => randomBytes(BYTES).toString('base64url');
