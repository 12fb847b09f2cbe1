import { createHash } from 'node:crypto';

/** The SHA-256, as text, of a value that must not be stored itself, or would be too long. */
export const digestOf = (
  data: string | Uint8Array,
  encoding: 'base64url' | 'hex' = 'base64url',
): string => createHash('sha256').update(data).digest(encoding);

/** The same as bytes, which take less space in databases. */
export const digestBytesOf = (data: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(data).digest());
