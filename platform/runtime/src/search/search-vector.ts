import { searchTermsOf, searchWordsOf } from '../domain/search/search-words.ts';

/**
 * PostgreSQL's `tsvector` and `tsquery` in their text notation, made here and cast there (`$1::tsvector`), so
 * that texts and queries are split by the same function, and no parser of the server reads user input.
 */

/** A counts most, D least. */
export type Weight = 'A' | 'B' | 'C' | 'D';

/** PostgreSQL's last position in a text. */
const LAST_PLACE = 16_383;

/** Increase it when words are split differently, or keys kept differently: workers then rebuild every index. */
export const SEARCH_VERSION = 2;

/** The `tsvector` of some texts, each with the weight of its words. */
export function searchVectorOf(texts: readonly (readonly [text: string | null, weight: Weight])[]) {
  const places = new Map<string, string[]>();
  let offset = 0;
  for (const [text, weight] of texts) {
    const words = searchWordsOf(text ?? '');
    for (const { word, place } of words) {
      const at = places.get(word) ?? [];
      at.push(`${Math.min(offset + place, LAST_PLACE)}${weight}`);
      places.set(word, at);
    }
    // A gap, so that the end of one text and the start of the next are not adjacent.
    offset += words.length + 1;
  }
  return [...places].map(([word, at]) => `${quoted(word)}:${at.join(',')}`).join(' ');
}

/**
 * The `tsquery` for a search, in texts of these weights or in all; null when it contains no word: then
 * nothing is found.
 */
export function searchQueryOf(query: string, weights: readonly Weight[] = []): string | null {
  const terms = searchTermsOf(query).map(({ words, begun }) => {
    const marks = [...(begun ? ['*'] : []), ...weights].join('');
    return words.map((word) => quoted(word) + (marks && `:${marks}`)).join(' <-> ');
  });
  return terms.length === 0 ? null : terms.map((term) => `(${term})`).join(' & ');
}

/** The query for a search among rows with one of these keys; null when nothing can be found. */
export function narrowedQueryOf(
  query: string,
  keys: readonly string[],
  weights: readonly Weight[] = [],
): string | null {
  const words = searchQueryOf(query, weights);
  return words === null || keys.length === 0
    ? null
    : `${words} & (${keys.map(narrowingKeyOf).join(' | ')})`;
}

/**
 * A key among the words of a row. Words are searched for by how they begin, and keys begin like words (`status_ACTIVE`):
 * with a sign in front of it, which no word has, no beginning of a word finds one.
 */
export const narrowingKeyOf = (key: string): string => keyOf(`_${key}`);

/**
 * A `tsquery` for each thing that a search requires, in the order of its text; none when it contains no word. With a
 * `scope` they are for an index whose words begin with it and which knows no places: what it finds may have the words of
 * one thing apart from each other.
 */
export function termQueriesOf(query: string, scope = ''): string[] {
  return searchTermsOf(query).map(({ words, begun }) =>
    words
      .map((word) => `${quoted(scope + word)}${begun ? ':*' : ''}`)
      .join(scope === '' ? ' <-> ' : ' & '),
  );
}

/** A key in the notation of vectors and queries. */
export const keyOf = (key: string): string => quoted(key);

/**
 * Words contain letters, marks and digits only; they are quoted all the same, since some of the notation
 * consists of letters.
 */
const quoted = (word: string): string => `'${word.replace(/['\\]/g, '$&$&')}'`;
