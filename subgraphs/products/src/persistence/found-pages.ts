import { sortKeyOf } from '@souk/runtime/domain';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { ProductSort } from '../domain/listing.ts';
import type { Db } from './client.ts';
import { foundBy, isMeant, ranked, ratingOfProduct, type Search } from './listing-search.ts';
import { readNear } from './near-page.ts';
import { PRODUCT } from './rows.ts';
import type { PlacedRow, ShelfSort } from './shelf-pages.ts';

/** A page of what a search finds. */
export interface FoundPage<Sort extends ProductSort = ProductSort> {
  readonly sort: Sort;
  readonly after: readonly [sortKey: string, id: string] | null;
  readonly limit: number;
}

/** A part of what is found: products whose title begins like the query, or the others. */
type Part = 'BEGINNING' | 'OTHERS' | null;

/**
 * How orders of search results are expressed: by which expression, of which SQL type, and whether descending.
 */
const ORDERS: Record<ProductSort, { key: Prisma.Sql; type: Prisma.Sql; falls: boolean }> = {
  RELEVANCE: { key: Prisma.sql`f.rank`, type: Prisma.sql`numeric`, falls: true },
  NEWEST: { key: Prisma.sql`p.id`, type: Prisma.sql`text`, falls: true },
  PRICE_ASC: { key: Prisma.sql`p.min_price_minor`, type: Prisma.sql`bigint`, falls: false },
  PRICE_DESC: { key: Prisma.sql`p.min_price_minor`, type: Prisma.sql`bigint`, falls: true },
  RATING: { key: ratingOfProduct, type: Prisma.sql`int`, falls: true },
  TITLE: { key: Prisma.sql`p.title_key`, type: Prisma.sql`text`, falls: false },
};

/**
 * A page of what a search finds. What few products have is found and put in order. What many have is met on a walk along the
 * list, which ends after some entries: where the page is not full by then, all that is found is put in order after all.
 */
export async function readFound(
  db: Db,
  search: Search,
  page: FoundPage,
  walked: number,
): Promise<PlacedRow[]> {
  if (isOf(page, 'RELEVANCE')) return readByRelevance(db, search, page, walked);
  const walk = isSorted(page) && search.by === null;
  return walk ? readOnTheWay(db, search, page, { walked }) : readSorted(db, search, page);
}

/** Positions in the order of relevance that common words have. */
const BEGINS = 'begins:';
const NEWEST = 'newest';

/**
 * The best match first. How well each of thousands of products matches is known only when all were looked at; so of what is
 * common, those whose title begins like the query are first, by title, and then the newest. A position says which of the two
 * orders its page has, and the next page keeps to it.
 */
async function readByRelevance(
  db: Db,
  search: Search,
  page: FoundPage<'RELEVANCE'>,
  walked: number,
): Promise<PlacedRow[]> {
  const { after, limit } = page;
  const isCommon = after ? /^(begins:|newest$)/.test(after[0]) : search.by === null;
  if (!isCommon) return readSorted(db, search, page);
  const beginning: PlacedRow[] = [];
  if (after?.[0] !== NEWEST) {
    const from = after && ([after[0].slice(BEGINS.length), after[1]] as const);
    const byTitle = { sort: 'TITLE', after: from, limit } as const;
    const rows = await readOnTheWay(db, search, byTitle, { walked, part: 'BEGINNING' });
    beginning.push(...rows.map((row) => ({ ...row, sortKey: BEGINS + row.sortKey })));
    if (beginning.length === limit) return beginning;
  }
  const from = after?.[0] === NEWEST ? ([after[1], after[1]] as const) : null;
  const newest = { sort: 'NEWEST', after: from, limit: limit - beginning.length } as const;
  const others = await readOnTheWay(db, search, newest, { walked, part: 'OTHERS' });
  return [...beginning, ...others.map((row) => ({ ...row, sortKey: NEWEST }))];
}

async function readOnTheWay(
  db: Db,
  search: Search,
  page: FoundPage<ShelfSort>,
  { walked, part = null }: { walked: number; part?: Part },
): Promise<PlacedRow[]> {
  const { criteria, listing } = search;
  // A value, which is asked for each entry that is met: EXISTS may be answered by all products with the words.
  const isMatch = Prisma.sql`(SELECT ${isMeant(criteria)} AND ${isOfPart(search, part)}
    FROM product p WHERE p.id = l.product_id) IS TRUE`;
  const begun = sortKeyOf(criteria.query ?? '');
  const walk = {
    entries: walked,
    isMatch,
    ...(part === 'BEGINNING' && {
      within: Prisma.sql`l.title_key >= ${begun} AND l.title_key < ${begun + LAST}`,
    }),
  };
  return (await readNear(db, { ...listing, ...page }, walk)) ?? readSorted(db, search, page, part);
}

/** Behind everything that a title goes on with. */
const LAST = '\u{10ffff}';

/** All that is found, put in order. */
async function readSorted(
  db: Db,
  search: Search,
  { sort, after, limit }: FoundPage,
  part: Part = null,
): Promise<PlacedRow[]> {
  const { query } = search.criteria;
  const { key, type, falls } = ORDERS[sort];
  const direction = falls ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const beyond = falls ? Prisma.sql`<` : Prisma.sql`>`;
  const from = after
    ? Prisma.sql`AND (${key}, p.id) ${beyond} (${after[0]}::${type}, ${after[1]})`
    : Prisma.empty;
  return db.$queryRaw<PlacedRow[]>`
    SELECT ${PRODUCT}, (${key})::text AS "sortKey"
    FROM ${foundBy(search)} ${sort === 'RELEVANCE' ? ranked(query) : Prisma.empty}
    WHERE ${isOfPart(search, part)} ${from}
    ORDER BY ${key} ${direction}, p.id ${direction} LIMIT ${limit}`;
}

const isOfPart = ({ criteria }: Search, part: Part) => {
  if (part === null) return Prisma.sql`true`;
  const begins = Prisma.sql`starts_with(p.title_key, ${sortKeyOf(criteria.query ?? '')})`;
  return part === 'BEGINNING' ? begins : Prisma.sql`NOT ${begins}`;
};

const isOf = <Sort extends ProductSort>(page: FoundPage, sort: Sort): page is FoundPage<Sort> =>
  page.sort === sort;

const isSorted = (page: FoundPage): page is FoundPage<ShelfSort> => page.sort !== 'RELEVANCE';
