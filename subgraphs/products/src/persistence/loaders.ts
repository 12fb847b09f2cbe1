import {
  createListLoader,
  createLoader,
  type ListLoader,
  type Loader,
} from '@souk/runtime/graphql';
import type { Category } from '../domain/category.ts';
import type { Product } from '../domain/product.ts';
import type { Commission, Seller, SellerMember } from '../domain/seller.ts';
import type { StockItem, StockMovement } from '../domain/stock.ts';
import { skuKeyOf, type Variant } from '../domain/variant.ts';
import type { SellerPage } from './listing-store.ts';
import type { Stores } from './stores.ts';
import type { SkuKey } from './variant-store.ts';

export interface Loaders {
  readonly seller: Loader<Seller>;
  readonly sellerByHandle: Loader<Seller>;
  readonly membersOfSeller: ListLoader<SellerMember>;
  readonly membershipsOfUser: ListLoader<SellerMember>;
  readonly commissionsOfSeller: ListLoader<Commission & { sellerId: string }>;
  readonly product: Loader<Product>;
  readonly productBySlug: Loader<Product>;
  readonly variant: Loader<Variant>;
  readonly variantBySku: Loader<Variant>;
  readonly variantsOfProduct: ListLoader<Variant>;
  readonly stock: Loader<StockItem>;
  readonly movement: Loader<StockMovement>;
  readonly category: Loader<Category>;
  readonly categoryBySlug: Loader<Category>;
  readonly categoryIdsOfProduct: ListLoader<{ productId: string; categoryId: string }>;
  readonly childrenOfCategory: ListLoader<Category>;
  /** From the top of the tree down. */
  readonly ancestorsOfCategory: ListLoader<{ of: string; category: Category }>;
  /** By `sellerPageKey`. */
  readonly listingsOfSeller: ListLoader<{ page: SellerPage; product: Product }>;
  readonly countOfSeller: Loader<{ sellerId: string; count: number }>;
}

export const createLoaders = ({
  sellers,
  products,
  variants,
  stock,
  categories,
  listings,
}: Stores): Loaders => ({
  seller: createLoader(sellers.findMany, ({ id }) => id),
  sellerByHandle: createLoader(sellers.findManyByHandle, ({ handle }) => handle),
  membersOfSeller: createListLoader(sellers.membersOf, ({ sellerId }) => sellerId),
  membershipsOfUser: createListLoader(sellers.membershipsOf, ({ userId }) => userId),
  commissionsOfSeller: createListLoader(sellers.commissionsOf, ({ sellerId }) => sellerId),
  product: createLoader(products.findMany, ({ id }) => id),
  productBySlug: createLoader(products.findManyBySlug, ({ slug }) => slug),
  variant: createLoader(variants.findMany, ({ id }) => id),
  variantBySku: createLoader(
    (keys) => variants.findManyBySku(keys.map((key) => JSON.parse(key) as SkuKey)),
    skuLoadKey,
  ),
  variantsOfProduct: createListLoader(variants.ofProducts, ({ productId }) => productId),
  stock: createLoader(stock.findMany, ({ variantId }) => variantId),
  movement: createLoader(stock.findMovements, ({ id }) => id),
  category: createLoader(categories.findMany, ({ id }) => id),
  categoryBySlug: createLoader(categories.findManyBySlug, ({ slug }) => slug),
  categoryIdsOfProduct: createListLoader(products.categoryIdsOf, ({ productId }) => productId),
  childrenOfCategory: createListLoader(categories.childrenOf, ({ parentId }) => parentId ?? ''),
  ancestorsOfCategory: createListLoader(categories.ancestorsOf, ({ of }) => of),
  listingsOfSeller: createListLoader(
    (keys) => listings.onSaleOf(keys.map((key) => JSON.parse(key) as SellerPage)),
    ({ page }) => sellerPageKey(page),
  ),
  countOfSeller: createLoader(listings.countOnSaleOf, ({ sellerId }) => sellerId),
});

/** The text by which a variant is loaded by its SKU. */
export const skuLoadKey = ({ sellerId, sku }: SkuKey): string =>
  JSON.stringify({ sellerId, sku: skuKeyOf(sku) });

/** The text by which a page of a seller's listings is loaded. */
export const sellerPageKey = ({ sellerId, after, limit }: SellerPage): string =>
  JSON.stringify({ sellerId, after, limit });
