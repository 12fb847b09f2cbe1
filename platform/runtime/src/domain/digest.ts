import { createHash } from 'node:crypto';

/** The SHA-256 of what must not stand there itself, or would be too long, as text. */
export const digestOf = (
  data: string | Uint8Array,
  encoding: 'base64url' | 'hex' = 'base64url',
): string => createHash('sha256').update(data).digest(encoding);

/** The same as bytes, which databases keep in less space. */
export const digestBytesOf = (data: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(data).digest());
