import { createHash } from 'node:crypto';

/** An operation's id is the SHA-256 of its text, in hexadecimal. */
export const idOf = (text: string): string => createHash('sha256').update(text).digest('hex');

export const isOperationId = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
