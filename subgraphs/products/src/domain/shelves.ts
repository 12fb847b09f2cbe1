import type { ListingCriteria } from './listing.ts';
import type { ProductStatus } from './product.ts';

/** The seller whose products may be shown before they were ever on sale. */
export interface VisibleDrafts {
  readonly sellerId: string | null;
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

/** All products, those of a seller, those in a category, and those of a seller in a category. */
export const shelfOf = (sellerId: string | null, categoryId: string | null): string =>
  `${sellerId ?? ''}/${categoryId ?? ''}`;

/**
 * Where the products stand that a list asks for; `categoryIds` are those asked for with all parts
 * of theirs. What was never on sale is on the list of those alone who may see it.
 */
export function shelfPartsOf(
  { sellerIds, statuses, inStock }: ListingCriteria,
  drafts: VisibleDrafts,
  categoryIds: readonly string[] | null,
): ShelfPart[] {
  const shelvesOf = (seller: string | null) =>
    (categoryIds ?? [null]).map((categoryId) => shelfOf(seller, categoryId));
  const wanted = (sellerIds ?? [null]).flatMap(shelvesOf);
  const unpublished = () => {
    if (drafts.all) return wanted;
    const { sellerId: own } = drafts;
    return own !== null && (sellerIds === null || sellerIds.includes(own)) ? shelvesOf(own) : [];
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
