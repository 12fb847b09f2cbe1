import { folded } from './fold.ts';

/**
 * A word as it is indexed, with its position in the text. Positions are consecutive, so that a run of
 * characters can be searched for in order.
 */
export interface SearchWord {
  word: string;
  place: number;
}

export const RUN = /[\p{L}\p{M}\p{N}]+/gu;

/** Scripts without spaces between words, and Korean, whose words have endings. */
export const UNSPACED =
  /([\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]+)/u;

/** PostgreSQL refuses words of more than 2 KB; nobody searches for the end of one this long. */
const MAX_WORD_LENGTH = 100;

interface Part {
  signs: string[];
  /** True when it is cut into pairs of characters. */
  unspaced: boolean;
}

/**
 * The parts of a text that words are made of: folded, and split at everything but letters, marks and digits.
 */
function partsOf(text: string): Part[] {
  const runs = folded(text).match(RUN) ?? [];
  return runs.flatMap((run) =>
    run
      .split(UNSPACED)
      .map((part, index) => ({ signs: [...part], unspaced: index % 2 === 1 }))
      .filter(({ signs }) => signs.length > 0),
  );
}

const wordOf = ({ signs }: Part): string => signs.slice(0, MAX_WORD_LENGTH).join('');

/**
 * Every two neighbouring characters of an unspaced run, and the last one alone: a search may begin anywhere
 * in it.
 */
const pairsOf = ({ signs }: Part): string[] =>
  signs.map((sign, index) => sign + (signs[index + 1] ?? ''));

/** The words of a text, for an index. */
export function searchWordsOf(text: string): SearchWord[] {
  const words = partsOf(text).flatMap((part) => (part.unspaced ? pairsOf(part) : [wordOf(part)]));
  return words.map((word, index) => ({ word, place: index + 1 }));
}

/**
 * What a query requires: all of these in any order, the words of each in sequence, and the last of them as a
 * prefix if `begun` says so.
 */
export interface SearchTerm {
  words: string[];
  begun: boolean;
}

/** Everything in a query is a word or separates words: there are no operators. */
export function searchTermsOf(query: string): SearchTerm[] {
  return partsOf(query).map((part) => {
    if (!part.unspaced) return { words: [wordOf(part)], begun: true };
    // For a run of several characters the pairs suffice; the last one alone would only match its end.
    if (part.signs.length > 1) return { words: pairsOf(part).slice(0, -1), begun: false };
    return { words: part.signs, begun: true };
  });
}

/** The words of a text in one line: the key for sorting a list alphabetically. */
export const sortKeyOf = (text: string): string => (folded(text).match(RUN) ?? []).join(' ');
