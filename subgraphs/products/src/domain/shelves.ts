import { AVAILABILITIES, type Availability, canBeBought } from './availability.ts';
import type { ListingCriteria } from './listing.ts';
import type { ProductStatus } from './product.ts';

/**
 * The sellers whose products may be shown before they were ever on sale, or while the seller may not sell.
 */
export interface VisibleDrafts {
  readonly sellerIds: readonly string[];
  readonly all: boolean;
}

/** Products that are adjacent in the index of every order: a list is made of some of these. */
export interface ShelfPart {
  readonly shelf: string;
  readonly status: ProductStatus;
  /** Whether they are or ever were on sale. */
  readonly published: boolean;
  readonly inStock: boolean;
}

/** What narrows a shelf to fewer products. */
export interface Narrowed {
  /** Those with at least this many stars. */
  readonly minRating?: number | null;
  /** Those with this availability as shoppers see it; unavailable ones have no shelf of their own. */
  readonly availability?: Availability | null;
}

/** All products, those of a seller, those in a category, and those of a seller in a category. */
export const shelfOf = (
  sellerId: string | null,
  categoryId: string | null,
  { minRating = null, availability = null }: Narrowed = {},
): string => {
  const stars = minRating === null ? '' : `*${minRating}`;
  return `${sellerId ?? ''}/${categoryId ?? ''}${stars}${availability === null ? '' : `=${availability}`}`;
};

type StockPart = Pick<ShelfPart, 'inStock'> & Pick<Narrowed, 'availability'>;

const WHOLE: readonly StockPart[] = [{ inStock: true }, { inStock: false }];
const CAN_BE_HAD = AVAILABILITIES.filter(canBeBought);

/** Which parts of a shelf of products on sale have these availabilities, all when it is null. */
function stockParts(
  wanted: readonly Availability[] | null,
  isSelling: boolean,
): readonly StockPart[] {
  if (wanted === null) return WHOLE;
  // Nothing of a seller who may not sell is for sale, even if its shelves do not say so yet.
  if (!isSelling) return wanted.includes('NOT_FOR_SALE') ? WHOLE : [];
  const had = CAN_BE_HAD.filter((one) => wanted.includes(one));
  const shelves = had.length === CAN_BE_HAD.length ? [null] : had;
  return [
    ...shelves.map((availability) => ({ inStock: true, availability })),
    ...(wanted.includes('OUT') ? [{ inStock: false }] : []),
  ];
}

/**
 * Where the products of a list are; `categoryIds` are the requested ones with all their subcategories.
 * Products that were never on sale appear only for viewers who may see them, and so do products of a seller
 * who may not sell.
 */
export function shelfPartsOf(
  { sellerIds, statuses, availabilities, minRating }: ListingCriteria,
  drafts: VisibleDrafts,
  categoryIds: readonly string[] | null,
  notSelling: ReadonlySet<string> = new Set(),
): ShelfPart[] {
  const shelvesOf = (seller: string | null, availability: Availability | null = null) =>
    (categoryIds ?? [null]).map((category) =>
      shelfOf(seller, category, { minRating, availability }),
    );
  const mayShow = (seller: string | null) =>
    seller === null || drafts.all || !notSelling.has(seller) || drafts.sellerIds.includes(seller);
  const wanted = (sellerIds ?? [null]).filter(mayShow);
  const drafting = drafts.all
    ? wanted
    : drafts.sellerIds.filter((id) => sellerIds === null || sellerIds.includes(id));
  const onSale = () =>
    wanted.flatMap((seller) =>
      stockParts(availabilities, seller === null || !notSelling.has(seller)).flatMap(
        ({ inStock, availability }) =>
          shelvesOf(seller, availability).map((shelf) => ({ shelf, published: true, inStock })),
      ),
    );
  const notOnSale = () => {
    if (!(availabilities?.includes('NOT_FOR_SALE') ?? true)) return [];
    return [
      ...wanted.flatMap((seller) => shelvesOf(seller)).map((shelf) => ({ shelf, published: true })),
      ...drafting
        .flatMap((seller) => shelvesOf(seller))
        .map((shelf) => ({ shelf, published: false })),
    ].map((part) => ({ ...part, inStock: false }));
  };
  return statuses.flatMap((status) =>
    (status === 'ACTIVE' ? onSale() : notOnSale()).map((part) => ({ ...part, status })),
  );
}
