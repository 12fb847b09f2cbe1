import { type CategoryStore, createCategoryStore } from './category-store.ts';
import { type ClaimStore, createClaimStore } from './claim-store.ts';
import type { Db } from './client.ts';
import { createFacetStore, type FacetStore } from './facet-store.ts';
import { createImportStore, type ImportStore } from './import-store.ts';
import { createMediaStore, type MediaStore } from './media-store.ts';
import { createListingStore, type ListingStore } from './listing-store.ts';
import { createPersonStore, type PersonStore } from './person-store.ts';
import { createProductStore, type ProductStore } from './product-store.ts';
import { createReviewStore, type ReviewStore } from './review-store.ts';
import { createSellerStore, type SellerStore } from './seller-store.ts';
import { createStockStore, type StockStore } from './stock-store.ts';
import { createVariantStore, type VariantStore } from './variant-store.ts';
import { createWordStore, type WordStore } from './word-store.ts';

export interface Stores {
  readonly sellers: SellerStore;
  readonly reviews: ReviewStore;
  readonly facets: FacetStore;
  readonly words: WordStore;
  readonly people: PersonStore;
  readonly products: ProductStore;
  readonly variants: VariantStore;
  readonly stock: StockStore;
  readonly claims: ClaimStore;
  readonly imports: ImportStore;
  readonly media: MediaStore;
  readonly categories: CategoryStore;
  readonly listings: ListingStore;
}

export const storesOn = (db: Db): Stores => ({
  sellers: createSellerStore(db),
  reviews: createReviewStore(db),
  facets: createFacetStore(db),
  words: createWordStore(db),
  people: createPersonStore(db),
  products: createProductStore(db),
  variants: createVariantStore(db),
  stock: createStockStore(db),
  claims: createClaimStore(db),
  imports: createImportStore(db),
  media: createMediaStore(db),
  categories: createCategoryStore(db),
  listings: createListingStore(db),
});
