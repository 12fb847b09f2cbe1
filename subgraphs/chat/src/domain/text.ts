import { badInput } from '@souk/runtime/domain';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Stops counting beyond `limit`, so that a hostile text costs no more than an honest one. A text
 * never has more graphemes than UTF-16 units, so short ones are not taken apart at all.
 */
function hasMoreGraphemesThan(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  let count = 0;
  for (const _ of segmenter.segment(text)) {
    count += 1;
    if (count > limit) return true;
  }
  return false;
}

/** UTF-16 units a grapheme may use on average: emoji families need up to 11, stacked marks more. */
const UNITS_PER_GRAPHEME = 8;

export interface TextRule {
  /** In graphemes: characters as people count them. */
  max: number;
  path: readonly string[];
}

/** Throws unless the text says something and is not too long. */
export function assertText(text: string, { max, path }: TextRule): void {
  // Marks and joiners alone are as empty as spaces: nothing can be seen of them.
  if (!/[^\s\p{C}\p{M}\p{Z}]/u.test(text)) throw badInput('The text is empty.', path);
  assertLength(text, { max, path });
}

export function assertLength(text: string, { max, path }: TextRule): void {
  if (text.length > max * UNITS_PER_GRAPHEME || hasMoreGraphemesThan(text, max)) {
    throw badInput(`The text is longer than ${max} characters.`, path);
  }
}
