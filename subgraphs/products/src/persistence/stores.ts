import { defineStores, type StoresOf } from '@souk/runtime/persistence';
import { createCategoryStore } from './category-store.ts';
import { createClaimStore } from './claim-store.ts';
import type { Db } from './client.ts';
import { createFacetStore } from './facet-store.ts';
import { createImportStore } from './import-store.ts';
import { createListingStore } from './listing-store.ts';
import { createMediaStore } from './media-store.ts';
import { createPersonStore } from './person-store.ts';
import { createPictureStore } from './picture-store.ts';
import { createProductStore } from './product-store.ts';
import { createReviewStore } from './review-store.ts';
import { createSellerStore } from './seller-store.ts';
import { createStockStore } from './stock-store.ts';
import { createSuspensionStore } from './suspension-store.ts';
import { createVariantStore } from './variant-store.ts';
import { createWordStore } from './word-store.ts';

/** Everything this subgraph reads and writes, on one transaction or on the client itself. */
export type Stores = StoresOf<typeof storesOn>;

export const storesOn = defineStores<Db>()({
  sellers: createSellerStore,
  reviews: createReviewStore,
  facets: createFacetStore,
  words: createWordStore,
  people: createPersonStore,
  suspensions: createSuspensionStore,
  products: createProductStore,
  variants: createVariantStore,
  stock: createStockStore,
  claims: createClaimStore,
  imports: createImportStore,
  media: createMediaStore,
  pictures: createPictureStore,
  categories: createCategoryStore,
  listings: createListingStore,
});
