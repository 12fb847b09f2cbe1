import { until } from '@souk/testkit';
import { test } from 'vitest';
import { silentLogger } from '../process/logging.ts';
import { keepSearchCurrent } from './keep-search-current.ts';

/** A table with rows whose words are old, some of them locked. */
function tableOf(table: string, rows: { old: number; locked: number }) {
  const reindex = async (limit: number) => {
    const made = Math.min(limit, rows.old - rows.locked);
    rows.old -= made;
    return made;
  };
  return { table, reindex };
}

test('what somebody had locked, and what an older process wrote since, is found by its words as well', async () => {
  const rows = { old: 500, locked: 3 };
  const working = keepSearchCurrent([tableOf('product', rows)], silentLogger, 1);
  await until(() => rows.old === 3);
  rows.locked = 0;
  await until(() => rows.old === 0);
  rows.old = 250;
  await until(() => rows.old === 0);
  await working.close();
});

test('a table whose words cannot be made holds up no other', async () => {
  const rows = { old: 500, locked: 0 };
  const failing = { table: 'product', reindex: () => Promise.reject(new Error('not these')) };
  const working = keepSearchCurrent([failing, tableOf('seller', rows)], silentLogger);
  await until(() => rows.old === 0);
  await working.close();
});
