/** Any page may show and save a file: the link is what permits it, and no cookie is involved. */
const CORS = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
};

/** In every answer with a file: nothing in it is executed, framed or sniffed. */
export const FILE_HEADERS: Readonly<Record<string, string>> = {
  ...CORS,
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'referrer-policy': 'no-referrer',
};

/** The name under which a file is saved, and whether it is displayed instead (RFC 6266). */
export function contentDisposition(kind: 'inline' | 'attachment', fileName: string): string {
  const name = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `${kind}; filename*=UTF-8''${name}`;
}
