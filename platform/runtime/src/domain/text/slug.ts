import anyAscii from 'any-ascii';

/**
 * The words of a text as they appear in a URL, from any script: `Smørrebrød` gives `smorrebrod`, `Медная
 * лампа` gives `mednaya-lampa`. Empty when there is nothing to read.
 */
export function slugOf(text: string, maxLength: number): string {
  const ascii = anyAscii(
    text
      .normalize('NFKC')
      .replace(/['’ʼ]/gu, '')
      .replace(/(\p{sc=Han})/gu, '$1 '),
  );
  const words = ascii.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return trimmedSlug(words.join('-'), maxLength);
}

/** A slug cut to a length, without a trailing hyphen. */
export const trimmedSlug = (slug: string, maxLength: number): string =>
  slug.slice(0, maxLength).replace(/-+$/, '');
