import type { ListingCriteria } from './listing.ts';
import type { ProductStatus } from './product.ts';

/** The sellers whose products may be shown before they were ever on sale, or while they may not sell. */
export interface VisibleDrafts {
  readonly sellerIds: readonly string[];
  readonly all: boolean;
}

/** Products that stand side by side in the index of every order: a list is made of some of these. */
export interface ShelfPart {
  readonly shelf: string;
  readonly status: ProductStatus;
  /** Whether they are or ever were on sale. */
  readonly published: boolean;
  readonly inStock: boolean;
}

/**
 * All products, those of a seller, those in a category, and those of a seller in a category; of each, those that
 * have at least so many stars.
 */
export const shelfOf = (
  sellerId: string | null,
  categoryId: string | null,
  minRating: number | null = null,
): string => `${sellerId ?? ''}/${categoryId ?? ''}${minRating === null ? '' : `*${minRating}`}`;

/**
 * Where the products stand that a list asks for; `categoryIds` are those asked for with all parts
 * of theirs. What was never on sale is on the list of those alone who may see it, and so
 * is what is of a seller who may not sell.
 */
export function shelfPartsOf(
  { sellerIds, statuses, inStock, minRating }: ListingCriteria,
  drafts: VisibleDrafts,
  categoryIds: readonly string[] | null,
  notSelling: ReadonlySet<string> = new Set(),
): ShelfPart[] {
  const shelvesOf = (seller: string | null) =>
    (categoryIds ?? [null]).map((categoryId) => shelfOf(seller, categoryId, minRating));
  const mayShow = (seller: string | null) =>
    seller === null || drafts.all || !notSelling.has(seller) || drafts.sellerIds.includes(seller);
  const wanted = (sellerIds ?? [null]).filter(mayShow).flatMap(shelvesOf);
  const unpublished = () => {
    if (drafts.all) return wanted;
    const own = drafts.sellerIds.filter((id) => sellerIds === null || sellerIds.includes(id));
    return own.flatMap(shelvesOf);
  };
  return statuses.flatMap((status) => {
    const stocked = [true, false].filter(
      (wanted) => (inStock ?? wanted) === wanted && (status === 'ACTIVE' || !wanted),
    );
    const parts = [
      ...wanted.map((shelf) => ({ shelf, published: true })),
      ...(status === 'ACTIVE' ? [] : unpublished().map((shelf) => ({ shelf, published: false }))),
    ];
    return parts.flatMap((part) => stocked.map((one) => ({ ...part, status, inStock: one })));
  });
}
