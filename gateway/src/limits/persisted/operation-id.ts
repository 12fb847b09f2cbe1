import { digestOf } from '@souk/runtime/domain';

/** An operation's id is the SHA-256 of its text, in hexadecimal. */
export const idOf = (text: string): string => digestOf(text, 'hex');

export const isOperationId = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
