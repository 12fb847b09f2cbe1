import { folded } from './fold.ts';

/**
 * A word as it stands in the index, with its place in the text. Places follow each other, so that a
 * run of signs can be asked for in its order.
 */
export interface SearchWord {
  word: string;
  place: number;
}

export const RUN = /[\p{L}\p{M}\p{N}]+/gu;

/** Scripts without spaces between words, and Korean, whose words carry endings. */
export const UNSPACED =
  /([\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]+)/u;

/** PostgreSQL refuses words of more than 2 KB; nobody looks for the end of one this long. */
const MAX_WORD_LENGTH = 100;

interface Part {
  signs: string[];
  /** True when it is cut into pairs of signs. */
  unspaced: boolean;
}

/** A text in the parts that words are made of: folded, and split at what is no letter, mark or digit. */
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

/** Every two neighbours of an unspaced run, and its last sign: whatever begins anywhere is found. */
const pairsOf = ({ signs }: Part): string[] =>
  signs.map((sign, index) => sign + (signs[index + 1] ?? ''));

/** The words of a text, for an index. */
export function searchWordsOf(text: string): SearchWord[] {
  const words = partsOf(text).flatMap((part) => (part.unspaced ? pairsOf(part) : [wordOf(part)]));
  return words.map((word, index) => ({ word, place: index + 1 }));
}

/**
 * What a query asks for: all of these, in any order; of each the words one behind the other, the
 * last of them at least begun when `begun` says so.
 */
export interface SearchTerm {
  words: string[];
  begun: boolean;
}

/** Whatever is in a query is a word or parts words: it has no operators. */
export function searchTermsOf(query: string): SearchTerm[] {
  return partsOf(query).map((part) => {
    if (!part.unspaced) return { words: [wordOf(part)], begun: true };
    // Of a run of several signs, the pairs say all; the last sign alone would ask for its end.
    if (part.signs.length > 1) return { words: pairsOf(part).slice(0, -1), begun: false };
    return { words: part.signs, begun: true };
  });
}

/** The words of a text in one line: what a list is sorted by that is read from A to Z. */
export const sortKeyOf = (text: string): string => (folded(text).match(RUN) ?? []).join(' ');
