/** What IDNA, and so every mail client, reads as a dot. */
const DOT = '[.\\u3002\\uFF0E\\uFF61]';
const LETTER = '[\\p{L}\\p{N}\\p{M}]';

/** `scheme://`, `mailto:me`, `www.`, `me@example.com`, `example.com/…`, `192.0.2.1`, `2001:db8::1`. */
const LINK = new RegExp(
  [
    '[a-z][a-z0-9+-]*\\s*:\\s*[/\\\\]{2}',
    `(?:^|[^\\p{L}\\p{N}])www${DOT}`,
    `\\S\\s?[@\\uFF20\\uFE6B]\\s?${LETTER}(?:-|${LETTER})*${DOT}`,
    `${LETTER}${DOT}[\\p{L}\\p{M}]{2,}\\.?(?::[0-9]+)?(?:[/\\\\]|[?#]\\S)`,
    `(?<![0-9.])[0-9]{1,3}(?:${DOT}[0-9]{1,3}){3}(?![0-9.])`,
    // With and without brackets; eight groups, or fewer around the gap.
    '\\[[0-9a-f:]+:[0-9a-f:]*\\]',
    '(?<![\\p{L}\\p{N}:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?![\\p{L}\\p{N}:])',
    '(?<![\\p{L}\\p{N}:])(?:[0-9a-f]{1,4}:){0,6}(?:[0-9a-f]{1,4})?::(?:[0-9a-f]{1,4}:){0,5}[0-9a-f]{1,4}(?![\\p{L}\\p{N}:])',
    // Schemes that need no slashes to be opened.
    '(?<![\\p{L}\\p{N}])(?:https?|mailto|javascript|tel|sms|skype|whatsapp):\\S',
  ].join('|'),
  'iu',
);

/** `example.com` and everything like it, whether or not such a domain exists now; `me@host`. */
const DOMAIN = new RegExp(
  `${LETTER}${DOT}(?:[\\p{L}\\p{M}]{2,}|xn--[a-z0-9-]+)|${LETTER}[@\\uFF20\\uFE6B]${LETTER}`,
  'iu',
);

/**
 * Characters of other scripts that look like a dot (Unicode's confusables). Between Latin letters they have
 * no other use; in Lisu or Urdu they stand beside letters of their own script.
 */
const LIKE_A_DOT =
  /(?<=[\p{sc=Latn}\p{sc=Cyrl}\p{sc=Grek}\p{Nd}])[\u0701\u0702\u06D4\u2E3C\uA4F8\uA60E\u{10A50}\u{1D16D}](?=[\p{sc=Latn}\p{sc=Cyrl}\p{sc=Grek}\p{Nd}])/gu;

/** A text as a mail client reads it: compatibility characters are replaced by what they look like. */
const asRead = (text: string): string => text.normalize('NFKC').replace(LIKE_A_DOT, '.');

/** Whether a person or a mail client may take a part of the text for a link or an address. */
export const holdsLink = (text: string): boolean => LINK.test(text) || LINK.test(asRead(text));

/**
 * Whether a text contains a link, or a domain with nothing around it: `J. Li` does not, `example.com` does.
 */
export const holdsDomain = (text: string): boolean =>
  holdsLink(text) || DOMAIN.test(text) || DOMAIN.test(asRead(text));
