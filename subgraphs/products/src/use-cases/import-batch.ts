import { allOf, DomainError } from '@souk/runtime/domain';
import { categoryNotFound } from '../domain/errors.ts';
import {
  assertTogether,
  type ImportedProduct,
  type ImportRow,
  importedProduct,
} from '../domain/import-file.ts';
import { ImportFileError } from '../domain/import-source.ts';
import { checkedProduct, type NewProduct } from '../domain/new-product.ts';
import { type ImportRefusal, placeInFile } from '../domain/product-import.ts';
import { skuKeyOf } from '../domain/variant.ts';
import type { ClaimedImport } from '../persistence/import-store.ts';
import { importProgressed } from './announce-import.ts';
import { assertNoneTaken, takenSkus } from './create-product.ts';
import type { ProductsDeps } from './deps.ts';
import { listProducts } from './list-products.ts';
import { newsOfListed } from './product-events.ts';
import { actorFor, sellerWhomMayList } from './selling.ts';
import { retryWhenTaken } from './unique-names.ts';

/** What is known of the file as a whole. */
export interface ImportFacts {
  firstRows: ReadonlyMap<string, number>;
  totalRows: number;
  /** Until when a running import belongs to its worker. */
  until: () => Date;
}

type Tools = Parameters<Parameters<ProductsDeps['transaction']>[0]>[0];

/** The rows of a product, and the product they describe or the reason why they describe none. */
interface Described {
  rows: readonly ImportRow[];
  product: ImportedProduct | DomainError;
}

/** The progress is announced every so many rows. */
const SHOWN_ROWS = 100;

/**
 * Lists the products of some rows and records that they are done, in one transaction, so that a crash leaves
 * neither. False, without any change, when the import belongs to another worker by now.
 */
export function importBatch(
  { transaction, clock, newId }: ProductsDeps,
  job: ClaimedImport,
  batch: readonly (readonly ImportRow[])[],
  facts: ImportFacts,
): Promise<boolean> {
  const described = batch.map((rows) => describedBy(rows, facts));
  return retryWhenTaken(() =>
    transaction(async (stores) => {
      if (!(await stores.imports.hold(job))) return false;
      const now = clock();
      // Nothing is done on behalf of people who may do nothing themselves.
      if (await stores.suspensions.isSuspended(job.requestedBy, now)) {
        throw new ImportFileError('The person who requested it is suspended.');
      }
      const { wanted, refusals } = await sorted(stores, job, described);
      const given = { sellerId: job.sellerId, actorId: job.requestedBy, newId, now };
      const listed = await listProducts(stores, wanted, given);
      const news = await newsOfListed(stores, listed);
      await goOn(stores, job, batch, { facts, refusals, news });
      return true;
    }),
  );
}

/** Refuses a product whose rows fail without a reason that could be given. */
export const refuseAsBroken = (
  { transaction }: ProductsDeps,
  job: ClaimedImport,
  batch: readonly (readonly ImportRow[])[],
  facts: ImportFacts,
): Promise<boolean> =>
  transaction(async (stores) => {
    if (!(await stores.imports.hold(job))) return false;
    const refusals = batch.map(([first]) => ({
      ...{ importId: job.id, row: first?.row ?? 0, position: 0, column: null },
      ...{ code: 'INTERNAL_SERVER_ERROR', message: 'Something went wrong on our side.' },
    }));
    await goOn(stores, job, batch, { facts, refusals, news: [] });
    return true;
  });

function describedBy(rows: readonly ImportRow[], { firstRows }: ImportFacts): Described {
  try {
    assertTogether(rows, firstRows);
    return { rows, product: importedProduct(rows) };
  } catch (error) {
    if (error instanceof DomainError) return { rows, product: error };
    throw error;
  }
}

/**
 * Which of them can be listed, and why the others cannot; everything that they refer to is looked up at once.
 */
async function sorted(
  stores: Tools,
  job: ClaimedImport,
  described: readonly Described[],
): Promise<{ wanted: NewProduct[]; refusals: ImportRefusal[] }> {
  const { sellerId, requestedBy } = job;
  const products = described.flatMap(({ product }) =>
    product instanceof DomainError ? [] : [product],
  );
  const [slugs, variants] = [
    products.flatMap(({ categorySlugs }) => categorySlugs),
    products.flatMap((product) => product.variants),
  ];
  // By membership only: roles belong to the moment of a request.
  const known = await actorFor(stores, { userId: requestedBy, roles: [] }, sellerId);
  const categories = new Map(
    slugs.length === 0
      ? []
      : (await stores.categories.findManyBySlug(slugs)).map(({ slug, id }) => [slug, id]),
  );
  const taken = await takenSkus(stores, sellerId, variants);
  const wanted: NewProduct[] = [];
  const refusals: ImportRefusal[] = [];
  for (const { rows, product } of described) {
    try {
      if (product instanceof DomainError) throw product;
      const { categorySlugs, ...rest } = product;
      const categoryIds = categorySlugs.map((slug) => {
        const id = categories.get(slug);
        if (id === undefined) throw categoryNotFound([rows[0]?.row ?? 0, 'categories']);
        return id;
      });
      const one = checkedProduct({ ...rest, categoryIds });
      sellerWhomMayList(known, { sellerId, publish: one.status === 'ACTIVE' });
      assertNoneTaken(taken, one.variants);
      for (const { sku } of one.variants) taken.set(skuKeyOf(sku), sku);
      wanted.push(one);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      refusals.push(...refusalsOf(job, rows, error));
    }
  }
  return { wanted, refusals };
}

const refusalsOf = (
  job: ClaimedImport,
  rows: readonly ImportRow[],
  error: DomainError,
): ImportRefusal[] =>
  allOf(error).map(({ code, message, argumentPath }, position) => ({
    ...{ importId: job.id, position, code, message },
    ...placeInFile(argumentPath ?? [], rows),
  }));

/** Records that the rows are done, and announces it together with the listed products. */
async function goOn(
  { imports, events }: Tools,
  job: ClaimedImport,
  batch: readonly (readonly ImportRow[])[],
  {
    facts: { totalRows, until },
    refusals,
    news,
  }: {
    facts: ImportFacts;
    refusals: readonly ImportRefusal[];
    news: Awaited<ReturnType<typeof newsOfListed>>;
  },
) {
  const refusedRows = new Set(refusals.map(({ row }) => row));
  const refused = batch
    .filter((rows) => rows.some(({ row }) => refusedRows.has(row)))
    .reduce((sum, rows) => sum + rows.length, 0);
  const from = batch[0]?.[0]?.row ?? 0;
  const doneRows = batch.at(-1)?.at(-1)?.row ?? 0;
  const accepted = batch.reduce((sum, rows) => sum + rows.length, 0) - refused;
  await imports.advance(job, { totalRows, doneRows, accepted, refused, until: until() });
  if (refusals.length > 0) await imports.addRefusals(refusals);
  const isShown = Math.floor(doneRows / SHOWN_ROWS) > Math.floor((from - 1) / SHOWN_ROWS);
  const step = isShown ? [importProgressed({ ...job, status: 'RUNNING' })] : [];
  // All in one statement, and last: it locks the stream of the whole catalogue.
  await events.appendAll<
    'products.InventoryUpdated' | 'products.ProductCreated' | 'products.ImportProgressed'
  >([...news, ...step]);
}
