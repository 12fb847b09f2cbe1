import type { PruneRule } from '@souk/runtime/persistence';
import { isOnSale } from './word-on-sale.ts';

/** Words that no longer occur in anything on sale are not suggested as corrections. */
export const unusedWords: PruneRule = {
  table: 'product_word',
  since: 'seen_at',
  days: 30,
  // Most words stay, and each is searched for in what is on sale.
  renewed: true,
  batch: 100,
  where: `NOT ${isOnSale('product_word.word')}`,
};
