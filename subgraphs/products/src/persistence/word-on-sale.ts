/**
 * SQL that says whether a word occurs in anything on sale. It asks for the number of the first product, not whether one exists:
 * for EXISTS the planner guesses that one product in two hundred has the word, and looks for the first in the whole table.
 */
export const isOnSale = (word: string): string => `(SELECT count(*) FROM (
    SELECT row_number() OVER () AS nth FROM product p
    WHERE p.status = 'ACTIVE' AND p.search @@ quote_literal(${word})::tsquery) found
  WHERE nth <= 1) = 1`;
