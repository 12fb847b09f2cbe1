/** What IDNA, and so every mail client, reads as a dot. */
const DOT = '[.\\u3002\\uFF0E\\uFF61]';
const LETTER = '[\\p{L}\\p{N}\\p{M}]';

/** `scheme://`, `www.`, `me@example.com`, `example.com/…`, `192.0.2.1`, `[::1]`. */
const LINK = new RegExp(
  [
    '[a-z][a-z0-9+-]*\\s*:\\s*[/\\\\]{2}',
    `(?:^|[^\\p{L}\\p{N}])www${DOT}`,
    `\\S\\s?[@\\uFF20\\uFE6B]\\s?${LETTER}(?:-|${LETTER})*${DOT}`,
    `${LETTER}${DOT}[\\p{L}\\p{M}]{2,}\\.?(?::[0-9]+)?(?:[/\\\\]|[?#]\\S)`,
    `(?<![0-9.])[0-9]{1,3}(?:${DOT}[0-9]{1,3}){3}(?![0-9.])`,
    '\\[[0-9a-f:]+:[0-9a-f:]*\\]',
  ].join('|'),
  'iu',
);

/** `example.com` and everything like it, whether or not there is such a domain this year. */
const DOMAIN = new RegExp(`${LETTER}${DOT}(?:[\\p{L}\\p{M}]{2,}|xn--[a-z0-9-]+)`, 'iu');

/** How a mail client reads a text: compatibility forms as what they look like. */
const asRead = (text: string): string => text.normalize('NFKC').replace(/\u2024/g, '.');

/** Whether somebody, or a mail client, may take a part of the text for a link or an address. */
export const holdsLink = (text: string): boolean => LINK.test(text) || LINK.test(asRead(text));

/** The same, for a domain without anything around it too: `J. Li` does not, `example.com` does. */
export const holdsDomain = (text: string): boolean =>
  holdsLink(text) || DOMAIN.test(text) || DOMAIN.test(asRead(text));
