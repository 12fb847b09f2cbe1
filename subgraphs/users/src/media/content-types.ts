/** The type of a file, determined by its first bytes: its sender's claim does not count. */
const SIGNATURES: readonly [contentType: string, matches: (bytes: Buffer) => boolean][] = [
  ['image/jpeg', (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))],
  ['image/png', (bytes) => bytes.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n'],
  ['image/gif', (bytes) => /^GIF8[79]a$/.test(bytes.subarray(0, 6).toString('latin1'))],
  ['image/webp', (bytes) => /^RIFF[\s\S]{4}WEBP$/.test(bytes.subarray(0, 12).toString('latin1'))],
  ['image/avif', (bytes) => /^ftypavi[fs]$/.test(bytes.subarray(4, 12).toString('latin1'))],
  ['application/pdf', (bytes) => bytes.subarray(0, 5).toString('latin1') === '%PDF-'],
];

/**
 * The content type that a file's beginning indicates; `text/plain` for readable UTF-8, null for anything
 * else.
 */
export function contentTypeOf(bytes: Buffer): string | null {
  const known = SIGNATURES.find(([, matches]) => matches(bytes));
  if (known) return known[0];
  return isText(bytes) ? 'text/plain' : null;
}

function isText(bytes: Buffer): boolean {
  if (bytes.includes(0)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Texts are distinguished by their sender's claim; no browser executes either. */
export const isAs = (found: string | null, said: string): boolean =>
  found === said || (found === 'text/plain' && said === 'text/csv');

/** Types that browsers display in a page; others are only saved. */
export const isShownInline = (contentType: string): boolean =>
  SIGNATURES.some(([type]) => type === contentType && type.startsWith('image/'));
