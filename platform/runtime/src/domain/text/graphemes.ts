/** Characters as people count them (graphemes): the one unit in which texts are measured and cut. */
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Stops counting beyond `limit`, so that a hostile text costs no more than an ordinary one. A text never has
 * more graphemes than UTF-16 units, so short ones are not segmented at all.
 */
export function isLongerThan(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  let count = 0;
  for (const _ of segmenter.segment(text)) {
    count += 1;
    if (count > limit) return true;
  }
  return false;
}

/** UTF-16 units that a grapheme may use on average: emoji families need up to 11. */
export const UNITS_PER_GRAPHEME = 12;

/**
 * The beginning of a text: at most `limit` graphemes, the last of them `…` if something is left out. This is
 * the only way in which a text is cut: never inside a character, so well-formed text stays well-formed.
 */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const ends: number[] = [];
  for (const { index, segment } of segmenter.segment(text)) {
    const end = index + segment.length;
    // A single grapheme may be endless; it is left out with the rest.
    if (ends.length === limit || end > limit * UNITS_PER_GRAPHEME) {
      return `${text.slice(0, ends[Math.min(ends.length, limit - 1) - 1] ?? 0).trimEnd()}…`;
    }
    ends.push(end);
  }
  return text;
}

/** The beginning of a text on one line, for previews, titles and subjects. */
export const excerptOf = (text: string, limit: number): string =>
  cutText(text.replace(/[\s\p{Cc}\p{Z}]+/gu, ' ').trim(), limit);

/** The first grapheme, or an empty text. */
export function firstGrapheme(text: string): string {
  for (const { segment } of segmenter.segment(text)) return segment;
  return '';
}
