/** What a file is, by how it begins: what its sender calls it counts for nothing. */
const SIGNATURES: readonly [contentType: string, matches: (bytes: Buffer) => boolean][] = [
  ['image/jpeg', (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))],
  ['image/png', (bytes) => bytes.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n'],
  ['image/gif', (bytes) => /^GIF8[79]a$/.test(bytes.subarray(0, 6).toString('latin1'))],
  ['image/webp', (bytes) => /^RIFF[\s\S]{4}WEBP$/.test(bytes.subarray(0, 12).toString('latin1'))],
  ['image/avif', (bytes) => /^ftypavi[fs]$/.test(bytes.subarray(4, 12).toString('latin1'))],
  ['application/pdf', (bytes) => bytes.subarray(0, 5).toString('latin1') === '%PDF-'],
];

/** The content type that a file begins like; `text/plain` for readable UTF-8, null for all else. */
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

/** Texts are told apart by what their sender says of them; nobody’s browser runs either. */
export const isAs = (found: string | null, said: string): boolean =>
  found === said || (found === 'text/plain' && said === 'text/csv');

/** What browsers show in a page; everything else they only save. */
export const isShownInline = (contentType: string): boolean =>
  SIGNATURES.some(([type]) => type === contentType && type.startsWith('image/'));
