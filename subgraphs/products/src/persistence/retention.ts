import type { PruneRule } from '@souk/runtime/persistence';
import { unusedWords } from './unused-words.ts';

/**
 * Prices that `lowestPrice30Days` can no longer need: another one began since, thirty days before the present
 * one did. When the next one begins, that limit only moves later.
 */
export const oldPrices: PruneRule = {
  table: 'price_change',
  since: 'changed_at',
  days: 31,
  where: `EXISTS (SELECT 1 FROM price_change newer WHERE newer.variant_id = price_change.variant_id
    AND newer.changed_at > price_change.changed_at AND newer.changed_at <= (
      SELECT max(present.changed_at) FROM price_change present
      WHERE present.variant_id = price_change.variant_id) - interval '30 days')`,
};

/** Reports of a review that staff have looked at are of no use a year later. */
export const oldReports: PruneRule = {
  table: 'review_report',
  since: 'reported_at',
  days: 365,
  where: 'NOT EXISTS (SELECT 1 FROM review r WHERE r.id = review_report.review_id AND r.reported)',
};

/** The results of an import are looked at in the following weeks. */
const oldImports: PruneRule = {
  table: 'product_import',
  since: 'finished_at',
  days: 90,
  batch: 10,
};

/** A file for import is read within half a day of its upload. */
const oldFiles: PruneRule = {
  table: 'own_media',
  since: 'kept_at',
  days: 30,
  where: `purpose = 'IMPORT_FILE'`,
};

/** How long rows that only grow in number are kept. */
export const retention: readonly PruneRule[] = [
  unusedWords,
  oldPrices,
  oldReports,
  oldImports,
  oldFiles,
];
