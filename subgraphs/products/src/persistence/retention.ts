import type { PruneRule } from '@souk/runtime/persistence';
import { unusedWords } from './unused-words.ts';

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
export const retention: readonly PruneRule[] = [unusedWords, oldReports, oldImports, oldFiles];
