import { randomUUID } from 'node:crypto';
import { allOf, DomainError, digestOf } from '@souk/runtime/domain';
import { isTimeOut, isUnavailable } from '@souk/runtime/persistence';
import type { SignedIn } from '../domain/actor.ts';
import { categoryNotFound } from '../domain/errors.ts';
import {
  assertTogether,
  firstRowsOf,
  type ImportRow,
  importedProduct,
  MAX_IMPORT_ROWS,
  NEEDED_COLUMNS,
  productsOf,
} from '../domain/import-file.ts';
import { ImportFileError, type ReadImportFile } from '../domain/import-source.ts';
import type { ImportRefusal } from '../domain/product-import.ts';
import type { ClaimedImport } from '../persistence/import-store.ts';
import { announceImport } from './announce-import.ts';
import { createProduct } from './create-product.ts';
import type { ProductsDeps } from './deps.ts';

/** Who does not go on for so long has died, and another goes on where it was. */
const CLAIM_MS = 60_000;
const AGAIN_MS = 15_000;
/** The link to a file holds for at least half a day. */
const GIVE_UP_MS = 12 * 3_600_000;
/** So many products in a row, and then the file waits behind the others. */
const AT_ONCE = 200;
/** Rows that fail so often for no reason that can be given are refused, and those behind them go on. */
const MOST_TRIES = 3;
/** Tries of a row that takes too long: some minutes, as the database may be busy with something else. */
const MOST_TIME_OUTS = 20;
/** Those who look on are shown a step of so many rows. */
const SHOWN_ROWS = 100;

/** Reads the next file that waits, until it is done; gives whether there was one. */
export async function runNextImport(
  deps: ProductsDeps,
  readFile: ReadImportFile,
  stopping: AbortSignal,
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
    const firstRows = firstRowsOf(rows);
    for (const [index, product] of productsOf(rows).filter(isAhead(job)).entries()) {
      if (stopping.aborted || index === AT_ONCE) return await letGo(deps, job, 0);
      if (await isSuspended(deps, job)) {
        throw new ImportFileError('Whoever asked for it is suspended.');
      }
      const goesOn = await importOne(deps, job, product, {
        firstRows,
        totalRows: rows.length,
        until: until(),
      });
      if (!goesOn) return true;
    }
    await finish(deps, job, 'SUCCEEDED', null);
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

/** What is done in somebody's name is not done while they may do nothing themselves. */
const isSuspended = ({ transaction, clock }: ProductsDeps, { requestedBy }: ClaimedImport) =>
  transaction(({ suspensions }) => suspensions.isSuspended(requestedBy, clock()));

const isAhead =
  ({ doneRows }: ClaimedImport) =>
  (rows: readonly ImportRow[]) =>
    (rows.at(-1)?.row ?? 0) > doneRows;

async function letGo({ transaction, clock }: ProductsDeps, job: ClaimedImport, afterMs: number) {
  const until = new Date(clock().getTime() + afterMs);
  await transaction(({ imports }) => imports.postpone(job, until));
  return true;
}

/**
 * Lists the product of some rows, and writes down that they are done. Whoever dies between the two does the
 * rows again by the same key, and finds the product that there is. False when another has the import by now.
 */
async function importOne(
  deps: ProductsDeps,
  job: ClaimedImport,
  rows: readonly ImportRow[],
  {
    firstRows,
    totalRows,
    until,
  }: { firstRows: ReadonlyMap<string, number>; totalRows: number; until: Date },
): Promise<boolean> {
  const refusals = await refusalsOf(deps, job, rows, firstRows);
  const isRefused = refusals.length > 0;
  const doneRows = rows.at(-1)?.row ?? 0;
  return deps.transaction(async (stores) => {
    const accepted = isRefused ? 0 : rows.length;
    const refused = isRefused ? rows.length : 0;
    const step = { totalRows, doneRows, accepted, refused, until };
    if (!(await stores.imports.advance(job, step))) return false;
    await stores.imports.addRefusals(refusals);
    const from = rows[0]?.row ?? 0;
    if (Math.floor(doneRows / SHOWN_ROWS) > Math.floor((from - 1) / SHOWN_ROWS)) {
      await announceImport(stores, { ...job, status: 'RUNNING' });
    }
    return true;
  });
}

/** Lists the product; gives why it cannot be, which is nothing when it is. */
async function refusalsOf(
  deps: ProductsDeps,
  job: ClaimedImport,
  rows: readonly ImportRow[],
  firstRows: ReadonlyMap<string, number>,
): Promise<ImportRefusal[]> {
  try {
    assertTogether(rows, firstRows);
    const { categorySlugs, ...product } = importedProduct(rows);
    const categoryIds = await categoriesCalled(deps, categorySlugs, rows[0]?.row ?? 0);
    const idempotencyKey = keyOf(`${job.id}:${rows[0]?.row}`);
    const viewer = { userId: job.requestedBy, roles: [] } as SignedIn;
    const input = { ...product, sellerId: job.sellerId, categoryIds, idempotencyKey };
    await createProduct(deps, viewer, input);
    return [];
  } catch (error) {
    // What is away for now is no mistake of the row, and says nothing about the next try; a limit of time may be both.
    if (isUnavailable(error) && !isTimeOut(error)) throw error;
    if (!(error instanceof DomainError)) return refusedForGood(deps, job, rows, error);
    return allOf(error).map(({ code, message, argumentPath }, position) => ({
      importId: job.id,
      position,
      code,
      message,
      ...placeOf(argumentPath ?? [], rows),
    }));
  }
}

/** Throws what went wrong as long as it is worth another try. */
async function refusedForGood(
  { transaction }: ProductsDeps,
  job: ClaimedImport,
  rows: readonly ImportRow[],
  error: unknown,
): Promise<ImportRefusal[]> {
  const tries = await transaction(({ imports }) => imports.countTry(job));
  if (tries < (isTimeOut(error) ? MOST_TIME_OUTS : MOST_TRIES)) throw error;
  const message = 'Something went wrong on our side.';
  const refusal = { importId: job.id, position: 0, column: null, message };
  return [{ ...refusal, row: rows[0]?.row ?? 0, code: 'INTERNAL_SERVER_ERROR' }];
}

async function categoriesCalled(
  { transaction }: ProductsDeps,
  slugs: readonly string[],
  row: number,
): Promise<string[]> {
  if (slugs.length === 0) return [];
  const found = await transaction(({ categories }) => categories.findManyBySlug(slugs));
  if (found.length < new Set(slugs).size) throw categoryNotFound([row, 'categories']);
  return found.map(({ id }) => id);
}

const COLUMN_OF: Readonly<Record<string, string>> = {
  compareAtPrice: 'compare_at_price',
  unitCost: 'unit_cost',
  weightGrams: 'weight_grams',
  openingStock: 'stock',
  lowStockThreshold: 'low_stock_threshold',
  inventoryPolicy: 'inventory_policy',
  selectedOptions: 'option1_value',
  categoryIds: 'categories',
};
const COLUMNS = new Set(['title', 'description', 'status', 'sku', 'price', 'currency', 'slug']);

/** Of a mistake in a row or in the product that rows describe: in which row and column it is. */
function placeOf(
  path: readonly string[],
  rows: readonly ImportRow[],
): Pick<ImportRefusal, 'row' | 'column'> {
  const [row = '', column = null] = path;
  const first = rows[0]?.row ?? 0;
  if (/^\d+$/.test(row)) return { row: Number(row), column };
  const place = path.indexOf('variants');
  const variant = place < 0 ? undefined : rows[Number(path[place + 1])];
  const names = path.map((part) => COLUMN_OF[part] ?? part);
  const known = names.find((name) => COLUMNS.has(name) || Object.values(COLUMN_OF).includes(name));
  return { row: variant?.row ?? first, column: known ?? null };
}

/** The same for the same rows, whoever reads them. */
function keyOf(text: string): string {
  const hex = digestOf(text, 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
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
