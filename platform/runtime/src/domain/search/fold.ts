/** Letters that Unicode does not decompose into a plain letter and an accent. */
const PLAIN: Readonly<Record<string, string>> = {
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ł: 'l',
  ŧ: 't',
  þ: 'th',
  ς: 'σ',
};
const NOT_PLAIN = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'gu');

/**
 * Accents, and the points and vowel signs that Hebrew and Arabic may omit. Marks of other scripts are letters
 * to their readers: a Thai word without its vowels is another word.
 */
const ACCENTS =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: marks by themselves are what is meant.
  /[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/g;

/**
 * Invisible characters within words: soft hyphens, joiners, direction marks. A zero-width space separates
 * words.
 */
const INVISIBLE = /(?!\u200b)\p{Cf}/gu;

/**
 * A text as search and sorting compare it: one form for every way to write a letter (NFKC), without case and
 * accents. It depends on Unicode's tables only, not on any server's locale.
 */
export const folded = (text: string): string =>
  text
    .normalize('NFKD')
    // Through capitals, since only they unify some small letters: ß is SS, and ſ is S.
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .replace(INVISIBLE, '')
    .replace(NOT_PLAIN, (letter) => PLAIN[letter] as string)
    .normalize('NFKC');
