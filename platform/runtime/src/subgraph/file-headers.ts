/** Any page may show and save a file: the link is what allows it, and no cookie goes along. */
const CORS = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
};

/** On every answer about a file: nothing of it is run, framed or guessed at. */
export const FILE_HEADERS: Readonly<Record<string, string>> = {
  ...CORS,
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'referrer-policy': 'no-referrer',
};

/** How a file is called when it is saved, and whether it is shown instead (RFC 6266). */
export function contentDisposition(kind: 'inline' | 'attachment', fileName: string): string {
  const name = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `${kind}; filename*=UTF-8''${name}`;
}
