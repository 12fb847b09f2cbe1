import type { PruneRule } from '@souk/runtime/persistence';

/** Words that no longer occur in anything on sale are not suggested as corrections. */
export const unusedWords: PruneRule = {
  table: 'product_word',
  since: 'seen_at',
  days: 30,
  // Most words stay, and each is searched for in what is on sale.
  renewed: true,
  batch: 100,
  where: `NOT EXISTS (SELECT 1 FROM product p
    WHERE p.status = 'ACTIVE' AND p.search @@ quote_literal(product_word.word)::tsquery)`,
};
