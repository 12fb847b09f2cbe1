import { randomUUID } from 'node:crypto';
import { isTimeOut, isUnavailable } from '@souk/runtime/persistence';
import {
  firstRowsOf,
  type ImportRow,
  MAX_IMPORT_ROWS,
  NEEDED_COLUMNS,
  productsOf,
} from '../domain/import-file.ts';
import { ImportFileError, type ReadImportFile } from '../domain/import-source.ts';
import type { ClaimedImport } from '../persistence/import-store.ts';
import { announceImport } from './announce-import.ts';
import type { ProductsDeps } from './deps.ts';
import { type ImportFacts, importBatch, refuseAsBroken } from './import-batch.ts';

/** A worker that makes no progress for this long has died, and another continues where it stopped. */
const CLAIM_MS = 60_000;
const AGAIN_MS = 15_000;
/** The link to a file is valid for at least half a day. */
const GIVE_UP_MS = 12 * 3_600_000;
/** After this many rows a file waits behind the others. */
const AT_ONCE = 2_000;
/**
 * Rows in one transaction: more would hardly be faster, and everything that they lock would be locked longer.
 */
const BATCH_ROWS = 200;
/**
 * Rows that fail this often without a reason that could be given are refused, and those after them continue.
 */
const MOST_TRIES = 3;
/**
 * Attempts for a row that takes too long: some minutes, since the database may be busy with something else.
 */
const MOST_TIME_OUTS = 20;

/** Reads the next waiting file to its end; returns whether there was one. */
export async function runNextImport(
  deps: ProductsDeps,
  readFile: ReadImportFile,
  stopping: AbortSignal,
  batchRows = BATCH_ROWS,
): Promise<boolean> {
  const { transaction, openValue, clock } = deps;
  const until = () => new Date(clock().getTime() + CLAIM_MS);
  const job = await transaction(({ imports }) =>
    imports.claimNext(randomUUID(), { now: clock(), until: until() }),
  );
  if (!job) return false;
  try {
    const rows = await readFile(openValue(job.url), {
      columns: NEEDED_COLUMNS,
      most: MAX_IMPORT_ROWS,
    });
    const facts = { firstRows: firstRowsOf(rows), totalRows: rows.length, until };
    const ahead = productsOf(rows).filter(isAhead(job));
    const end = await importAll(deps, job, ahead, { facts, stopping, batchRows });
    if (end === 'waits') await letGo(deps, job, 0);
    if (end === 'done') await finish(deps, job, 'SUCCEEDED', null);
  } catch (error) {
    if (error instanceof ImportFileError) await finish(deps, job, 'FAILED', error.message);
    else if (clock().getTime() - job.createdAt.getTime() > GIVE_UP_MS) {
      await finish(deps, job, 'FAILED', 'The file could not be read. Upload it again.');
    } else {
      await letGo(deps, job, AGAIN_MS);
      throw error;
    }
  }
  return true;
}

const isAhead =
  ({ doneRows }: ClaimedImport) =>
  (rows: readonly ImportRow[]) =>
    (rows.at(-1)?.row ?? 0) > doneRows;

/**
 * Processes batch after batch. A batch that fails is halved, down to the product that causes the failure;
 * afterwards batches double again. So an unexpected row costs a few attempts, and nobody has to know
 * beforehand which one it is.
 */
async function importAll(
  deps: ProductsDeps,
  job: ClaimedImport,
  products: readonly ImportRow[][],
  { facts, stopping, batchRows }: { facts: ImportFacts; stopping: AbortSignal; batchRows: number },
): Promise<'done' | 'waits' | 'taken over'> {
  // What failed the last time is tried separately.
  let most = job.tries > 0 ? 1 : batchRows;
  let done = 0;
  for (let next = 0; next < products.length; ) {
    if (stopping.aborted || done >= AT_ONCE) return 'waits';
    const batch = batchFrom(products, next, most);
    try {
      if (!(await importBatch(deps, job, batch, facts))) return 'taken over';
    } catch (error) {
      // An outage is not a mistake in a row, and says nothing about the next attempt; an expired time limit
      // may be either.
      const isAway = isUnavailable(error) && !isTimeOut(error);
      if (isAway || error instanceof ImportFileError) throw error;
      if (batch.length > 1) {
        most = Math.max(1, Math.floor(rowsIn(batch) / 2));
        continue;
      }
      const tries = await deps.transaction(({ imports }) => imports.countTry(job));
      if (tries < (isTimeOut(error) ? MOST_TIME_OUTS : MOST_TRIES)) throw error;
      if (!(await refuseAsBroken(deps, job, batch, facts))) return 'taken over';
    }
    next += batch.length;
    done += rowsIn(batch);
    most = Math.min(2 * most, batchRows);
  }
  return 'done';
}

const rowsIn = (batch: readonly ImportRow[][]): number =>
  batch.reduce((sum, rows) => sum + rows.length, 0);

/** The next products with at most this many rows; at least one. */
function batchFrom(products: readonly ImportRow[][], from: number, most: number): ImportRow[][] {
  let end = from + 1;
  let rows = products[from]?.length ?? 0;
  for (; end < products.length; end += 1) {
    rows += products[end]?.length ?? 0;
    if (rows > most) break;
  }
  return products.slice(from, end);
}

async function letGo({ transaction, clock }: ProductsDeps, job: ClaimedImport, afterMs: number) {
  const until = new Date(clock().getTime() + afterMs);
  await transaction(({ imports }) => imports.postpone(job, until));
}

async function finish(
  { transaction, clock }: ProductsDeps,
  job: ClaimedImport,
  status: 'SUCCEEDED' | 'FAILED',
  failure: string | null,
) {
  await transaction(async (stores) => {
    const isOurs = await stores.imports.finish(job, { status, failure, now: clock() });
    if (isOurs) await announceImport(stores, { ...job, status });
  });
}
