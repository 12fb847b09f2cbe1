import { folded } from './fold.ts';
import { RUN, searchTermsOf, UNSPACED } from './search-words.ts';

/** A stretch of a text, in UTF-16 code units. */
export interface TextSpan {
  start: number;
  length: number;
}

/** Which parts of a text match a query, by the same words by which it was found. */
export function highlightsOf(text: string, query: string, most: number): TextSpan[] {
  const terms = searchTermsOf(query);
  const begun = terms.flatMap(({ words, begun: isBegun }) => (isBegun ? words : []));
  // Pairs of characters overlap by one: the first of each pair, and the last character, make up the run
  // again.
  const runs = terms.flatMap(({ words, begun: isBegun }) =>
    isBegun
      ? []
      : [words.map(([sign]) => sign).join('') + [...(words.at(-1) ?? '')].slice(1).join('')],
  );
  const spans: TextSpan[] = [];
  for (const { 0: run, index } of text.matchAll(RUN)) {
    let start = index;
    for (const [order, part] of run.split(UNSPACED).entries()) {
      const isUnspaced = order % 2 === 1;
      if (part) spans.push(...(isUnspaced ? inRun(part, start, runs) : inWord(part, start, begun)));
      start += part.length;
    }
    if (spans.length >= most) break;
  }
  return spans.slice(0, most);
}

/** A word that begins with the query's word, as a whole. */
function inWord(word: string, start: number, begun: readonly string[]): TextSpan[] {
  const form = folded(word);
  return begun.some((term) => form.startsWith(term)) ? [{ start, length: word.length }] : [];
}

/** The matching characters, or the whole run if folding changed their number. */
function inRun(run: string, start: number, wanted: readonly string[]): TextSpan[] {
  const form = folded(run);
  const found = wanted.find((term) => form.includes(term));
  if (found === undefined) return [];
  if (form.length !== run.length) return [{ start, length: run.length }];
  return [{ start: start + form.indexOf(found), length: found.length }];
}
