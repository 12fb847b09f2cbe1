import { searchTermsOf, sortKeyOf } from '@souk/runtime/domain';
import { meantBy } from '../domain/likeness.ts';
import type { Db } from './client.ts';

/** The words of what is or was on sale. */
export interface WordStore {
  /** The query with its mistyped words put right; null where no word is like one that is not there. */
  corrected(query: string): Promise<string | null>;
  /** Titles of what is on sale that begin so, in the order of their words. */
  titlesFrom(prefix: string, most: number): Promise<string[]>;
}

/** So many words that share most with a mistyped one, three signs by three, are looked at. */
const CANDIDATES = 50;
const SHORTEST = 4;
/** Behind every word that begins so. */
const END = '\u{10ffff}';

export const createWordStore = (db: Db): WordStore => ({
  corrected: async (query) => {
    const words = searchTermsOf(query).map(({ words }) => words.join(''));
    const rows = await db.$queryRaw<{ asked: string; alike: string[] }[]>`
      SELECT asked.word AS asked, ARRAY(
        SELECT w.word FROM product_word w CROSS JOIN LATERAL (
          SELECT count(*) AS shared FROM unnest(w.grams) gram WHERE gram = ANY(grams_of(asked.word))
        ) alike
        WHERE w.grams && grams_of(asked.word)
          AND abs(char_length(w.word) - char_length(asked.word)) <= 2
        ORDER BY alike.shared DESC, w.word LIMIT ${CANDIDATES}
      ) AS alike
      FROM unnest(${words}::text[]) AS asked (word)
      WHERE char_length(asked.word) >= ${SHORTEST} AND NOT EXISTS (SELECT 1 FROM product_word w
        WHERE w.word >= asked.word AND w.word < asked.word || ${END})`;
    const right = new Map(rows.map(({ asked, alike }) => [asked, meantBy(asked, alike)]));
    if ([...right.values()].every((word) => word === null)) return null;
    return words.map((word) => right.get(word) ?? word).join(' ');
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
