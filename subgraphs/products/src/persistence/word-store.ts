import { searchTermsOf, sortKeyOf } from '@souk/runtime/domain';
import { Prisma } from '../__generated__/prisma/client.ts';
import { meantBy } from '../domain/likeness.ts';
import type { Db } from './client.ts';
import { isOnSale } from './word-on-sale.ts';

/** The words of what is or was on sale. */
export interface WordStore {
  /** The query with its mistyped words corrected; null when no known word is like an unknown one. */
  corrected(query: string): Promise<string | null>;
  /** Titles of products on sale that begin like this, in alphabetical order. */
  titlesFrom(prefix: string, most: number): Promise<string[]>;
}

/** How many words of a query are corrected; a query with more is not just mistyped. */
const MOST_MISTYPED = 3;
/** How many candidates with any three characters in common are examined, and how many with most in common. */
const LOOKED_AT = 2_000;
const CANDIDATES = 30;
const SHORTEST = 4;
const LONGEST = 40;
/** Greater than every word with this beginning. */
const END = '\u{10ffff}';

export const createWordStore = (db: Db): WordStore => ({
  corrected: async (query) => {
    const words = searchTermsOf(query).map(({ words }) => words.join(''));
    const unknown = await db.$queryRaw<{ word: string }[]>`
      SELECT asked.word FROM (SELECT DISTINCT unnest(${words}::text[]) AS word) asked
      WHERE char_length(asked.word) BETWEEN ${SHORTEST} AND ${LONGEST} AND NOT EXISTS (
        SELECT 1 FROM product_word w WHERE w.word >= asked.word AND w.word < asked.word || ${END})
      LIMIT ${MOST_MISTYPED + 1}`;
    if (unknown.length === 0 || unknown.length > MOST_MISTYPED) return null;
    const right = new Map<string, string>();
    for (const { word } of unknown) {
      const meant = meantBy(word, await alikeOnSale(db, word));
      if (meant !== null) right.set(word, meant);
    }
    return right.size === 0 ? null : words.map((word) => right.get(word) ?? word).join(' ');
  },
  titlesFrom: async (prefix, most) => {
    const key = sortKeyOf(prefix);
    if (key === '') return [];
    const rows = await db.$queryRaw<{ title: string }[]>`
      SELECT p.title FROM unnest(ARRAY[true, false]) AS part (in_stock)
      CROSS JOIN LATERAL (
        SELECT l.product_id, l.title_key FROM listing l
        WHERE l.shelf = '/' AND l.status = 'ACTIVE' AND l.published AND l.in_stock = part.in_stock
          AND l.title_key >= ${key} AND l.title_key < ${key + END}
        ORDER BY l.title_key, l.product_id LIMIT ${2 * most}
      ) l JOIN product p ON p.id = l.product_id ORDER BY l.title_key, p.id`;
    return [...new Set(rows.map(({ title }) => title))].slice(0, most);
  },
});

const ON_SALE = Prisma.raw(isOnSale('near.word'));

/**
 * Words that have most in common with a mistyped one, and occur in something on sale. The beginning alone is
 * common to too many words, so it is not searched for.
 */
async function alikeOnSale(db: Db, word: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ word: string }[]>`
    SELECT near.word FROM (
      SELECT w.word, (SELECT count(*) FROM unnest(w.grams) gram WHERE gram = ANY(grams_of(${word}))) AS shared
      FROM (
        SELECT word, grams FROM product_word
        WHERE grams && ARRAY(SELECT gram FROM unnest(grams_of(${word})) gram WHERE left(gram, 2) <> '  ')
          AND char_length(word) BETWEEN ${[...word].length - 2} AND ${[...word].length + 2}
        LIMIT ${LOOKED_AT}
      ) w ORDER BY shared DESC, w.word LIMIT ${CANDIDATES}
    ) near
    WHERE ${ON_SALE}`;
  return rows.map((row) => row.word);
}
