import { csvRow } from '@souk/runtime/domain';
import type { ImportRefusal } from '../domain/product-import.ts';
import type { ProductsDeps } from './deps.ts';

/** Refusals that are read, and written, at once. */
const BATCH = 500;

/** Writes the refused rows of an import as CSV, a piece at a time, in the order of the file. */
export async function* writeReport(
  { reads }: Pick<ProductsDeps, 'reads'>,
  importId: string,
): AsyncGenerator<string> {
  yield csvRow(['row', 'column', 'code', 'message']);
  for (let after: readonly [row: number, position: number] | null = null; ; ) {
    const refusals: ImportRefusal[] = await reads.imports.refusalsOf(importId, {
      after,
      limit: BATCH,
    });
    if (refusals.length > 0) yield refusals.map(rowOf).join('');
    const last = refusals.at(-1);
    if (!last || refusals.length < BATCH) return;
    after = [last.row, last.position];
  }
}

const rowOf = ({ row, column, code, message }: ImportRefusal): string =>
  csvRow([row, column, code, message]);
