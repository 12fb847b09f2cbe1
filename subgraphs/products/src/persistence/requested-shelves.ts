import type { ListingCriteria } from '../domain/listing.ts';
import { type ShelfPart, shelfPartsOf, type VisibleDrafts } from '../domain/shelves.ts';
import type { Db } from './client.ts';

export interface ListingRequest {
  criteria: ListingCriteria;
  drafts: VisibleDrafts;
}

/** Which parts of shelves one list consists of. */
export async function shelfPartsIn(db: Db, request: ListingRequest): Promise<ShelfPart[]> {
  return (await shelfPartsOfEach(db, [request])).get(request) ?? [];
}

/**
 * Which parts of shelves each list consists of; everything that this depends on is read at once for all
 * lists.
 */
export async function shelfPartsOfEach<Request extends ListingRequest>(
  db: Db,
  requests: readonly Request[],
): Promise<Map<Request, ShelfPart[]>> {
  const [partsOf, notSelling] = await Promise.all([
    partsOfCategories(
      db,
      requests.flatMap(({ criteria }) => criteria.categoryIds ?? []),
    ),
    notSellingOf(
      db,
      requests.flatMap(({ criteria }) => criteria.sellerIds ?? []),
    ),
  ]);
  return new Map(
    requests.map((request) => {
      const { criteria, drafts } = request;
      const categoryIds = criteria.categoryIds && withParts(criteria.categoryIds, partsOf);
      return [request, shelfPartsOf(criteria, drafts, categoryIds, notSelling)];
    }),
  );
}

/** Those of the requested sellers who may not sell. */
export async function notSellingOf(db: Db, sellerIds: readonly string[]): Promise<Set<string>> {
  if (sellerIds.length === 0) return new Set();
  const rows = await db.seller.findMany({
    where: { id: { in: [...new Set(sellerIds)] }, status: { not: 'ACTIVE' } },
    select: { id: true },
  });
  return new Set(rows.map(({ id }) => id));
}

/** Each category with all its descendants. */
export async function partsOfCategories(
  db: Db,
  categoryIds: readonly string[],
): Promise<Map<string, string[]>> {
  const partsOf = new Map<string, string[]>();
  if (categoryIds.length === 0) return partsOf;
  const rows = await db.$queryRaw<{ of: string; id: string }[]>`
    WITH RECURSIVE wanted AS (
      SELECT id AS of, id FROM category WHERE id = ANY(${[...new Set(categoryIds)]})
      UNION SELECT wanted.of, c.id FROM category c JOIN wanted ON c.parent_id = wanted.id
    ) SELECT of, id FROM wanted`;
  for (const { of, id } of rows) partsOf.set(of, [...(partsOf.get(of) ?? []), id]);
  return partsOf;
}

/** These categories and their descendants, each once. */
export const withParts = (
  categoryIds: readonly string[],
  partsOf: ReadonlyMap<string, readonly string[]>,
): string[] => [...new Set(categoryIds.flatMap((id) => partsOf.get(id) ?? []))];
