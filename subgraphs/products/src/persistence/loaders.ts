import {
  createListLoader,
  createLoader,
  createViewerLoaders,
  type ListLoader,
  type Loader,
} from '@souk/runtime/graphql';
import type { Category } from '../domain/category.ts';
import type { Product } from '../domain/product.ts';
import type { ProductImport } from '../domain/product-import.ts';
import type { Purchase, ReportReason, Review, StarCounts } from '../domain/review.ts';
import type { Commission, Seller, SellerMember } from '../domain/seller.ts';
import type { StockItem, StockMovement } from '../domain/stock.ts';
import { skuKeyOf, type Variant } from '../domain/variant.ts';
import type { Total } from './found-totals.ts';
import type { ListedProduct, ListingPage, SellerPage } from './listing-store.ts';
import type { ShownPicture } from './picture-store.ts';
import type { ListingRequest } from './requested-shelves.ts';
import type { ReviewPage } from './review-store.ts';
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
  readonly productByFormerSlug: Loader<{ slug: string; productId: string }>;
  /** How many orders refer to it. */
  readonly ordersOfProduct: Loader<{ productId: string; orders: number }>;
  readonly picturesOfProduct: ListLoader<ShownPicture>;
  readonly picturesOfVariant: ListLoader<ShownPicture>;
  readonly picturesOfReview: ListLoader<ShownPicture>;
  readonly variant: Loader<Variant>;
  readonly variantBySku: Loader<Variant>;
  readonly variantsOfProduct: ListLoader<Variant>;
  readonly lowestPriceBefore: Loader<{ variantId: string; priceMinor: number }>;
  readonly review: Loader<Review>;
  readonly reviewOfLine: Loader<Review>;
  readonly reviewOfViewer: Loader<Review>;
  readonly unreviewedOfViewer: Loader<{ productId: string }>;
  readonly purchase: Loader<Purchase>;
  readonly starsOfSeller: Loader<{ sellerId: string; stars: StarCounts }>;
  readonly starsOfProduct: Loader<{ productId: string; stars: StarCounts }>;
  readonly reasonsOfReview: ListLoader<{ reviewId: string; reason: ReportReason }>;
  /** By `reviewPageKey`. */
  readonly reviewsOfProduct: ListLoader<{ page: ReviewPage; review: Review }>;
  readonly stock: Loader<StockItem>;
  readonly movement: Loader<StockMovement>;
  readonly productImport: Loader<ProductImport>;
  readonly category: Loader<Category>;
  readonly categoryBySlug: Loader<Category>;
  readonly categoryByFormerSlug: Loader<{ slug: string; categoryId: string }>;
  readonly categoryIdsOfProduct: ListLoader<{ productId: string; categoryId: string }>;
  readonly childrenOfCategory: ListLoader<Category>;
  /** From the top of the tree down. */
  readonly ancestorsOfCategory: ListLoader<{ of: string; category: Category }>;
  /** By `listingPageKey`. */
  readonly listingPage: Loader<{ key: string; products: ListedProduct[] }>;
  /** By `listingKey`. */
  readonly countOfListing: Loader<Total & { key: string }>;
  /** By `sellerPageKey`. */
  readonly listingsOfSeller: ListLoader<{ page: SellerPage; product: Product }>;
  readonly countOfSeller: Loader<{ sellerId: string; count: number }>;
}

export function createLoaders(stores: Stores, viewerId: string | null): Loaders {
  const ofViewer = createViewerLoaders(viewerId);
  const { imports, sellers, reviews, claims, products } = stores;
  const { variants, stock, categories, listings, pictures } = stores;
  return {
    seller: createLoader(sellers.findMany, ({ id }) => id),
    sellerByHandle: createLoader(sellers.findManyByHandle, ({ handle }) => handle),
    membersOfSeller: createListLoader(sellers.membersOf, ({ sellerId }) => sellerId),
    membershipsOfUser: createListLoader(sellers.membershipsOf, ({ userId }) => userId),
    commissionsOfSeller: createListLoader(sellers.commissionsOf, ({ sellerId }) => sellerId),
    product: createLoader(products.findMany, ({ id }) => id),
    productBySlug: createLoader(products.findManyBySlug, ({ slug }) => slug),
    productByFormerSlug: createLoader(products.findFormerSlugs, ({ slug }) => slug),
    ordersOfProduct: createLoader(claims.countOrdersOf, ({ productId }) => productId),
    picturesOfProduct: createListLoader((ids) => pictures.of('product', ids), holderOf),
    picturesOfVariant: createListLoader((ids) => pictures.of('variant', ids), holderOf),
    picturesOfReview: createListLoader((ids) => pictures.of('review', ids), holderOf),
    variant: createLoader(variants.findMany, ({ id }) => id),
    variantBySku: createLoader(
      (keys) => variants.findManyBySku(keys.map((key) => JSON.parse(key) as SkuKey)),
      skuLoadKey,
    ),
    variantsOfProduct: createListLoader(variants.ofProducts, ({ productId }) => productId),
    lowestPriceBefore: createLoader(variants.lowestBefore, ({ variantId }) => variantId),
    review: createLoader(reviews.findMany, ({ id }) => id),
    reviewOfLine: createLoader(reviews.findManyByLine, ({ lineId }) => lineId),
    reviewOfViewer: ofViewer(reviews.byAuthor, ({ productId }) => productId),
    unreviewedOfViewer: ofViewer(reviews.unreviewed, ({ productId }) => productId),
    purchase: createLoader(reviews.findPurchases, ({ lineId }) => lineId),
    starsOfSeller: createLoader(reviews.starsOfSellers, ({ sellerId }) => sellerId),
    starsOfProduct: createLoader(reviews.starsOf, ({ productId }) => productId),
    reasonsOfReview: createListLoader(reviews.reasonsOf, ({ reviewId }) => reviewId),
    reviewsOfProduct: createListLoader(
      (keys) => reviews.pagesOf(keys.map((key) => JSON.parse(key) as ReviewPage)),
      ({ page }) => reviewPageKey(page),
    ),
    stock: createLoader(stock.findMany, ({ variantId }) => variantId),
    productImport: createLoader(imports.findMany, ({ id }) => id),
    movement: createLoader(stock.findMovements, ({ id }) => id),
    category: createLoader(categories.findMany, ({ id }) => id),
    categoryBySlug: createLoader(categories.findManyBySlug, ({ slug }) => slug),
    categoryByFormerSlug: createLoader(categories.findFormerSlugs, ({ slug }) => slug),
    categoryIdsOfProduct: createListLoader(products.categoryIdsOf, ({ productId }) => productId),
    childrenOfCategory: createListLoader(categories.childrenOf, ({ parentId }) => parentId ?? ''),
    ancestorsOfCategory: createListLoader(categories.ancestorsOf, ({ of }) => of),
    listingPage: createLoader(
      async (keys) => {
        const pages = await listings.pages(keys.map((key) => JSON.parse(key) as ListingPage));
        return pages.map((products, place) => ({ key: keys[place] as string, products }));
      },
      ({ key }) => key,
    ),
    countOfListing: createLoader(
      async (keys) => {
        const counts = await listings.counts(keys.map((key) => JSON.parse(key) as ListingRequest));
        return counts.map((total, place) => ({ key: keys[place] as string, ...total }));
      },
      ({ key }) => key,
    ),
    listingsOfSeller: createListLoader(
      (keys) => listings.onSaleOf(keys.map((key) => JSON.parse(key) as SellerPage)),
      ({ page }) => sellerPageKey(page),
    ),
    countOfSeller: createLoader(listings.countOnSaleOf, ({ sellerId }) => sellerId),
  };
}

const holderOf = ({ holderId }: ShownPicture): string => holderId;

/** The text by which a variant is loaded by its SKU. */
export const skuLoadKey = ({ sellerId, sku }: SkuKey): string =>
  JSON.stringify({ sellerId, sku: skuKeyOf(sku) });

/** The text by which a page of a product's reviews is loaded. */
export const reviewPageKey = ({ productId, sort, rating, after, limit }: ReviewPage): string =>
  JSON.stringify({ productId, sort, rating, after, limit });

/** The text by which the products of a list are counted. */
export const listingKey = ({ criteria, drafts }: ListingRequest): string =>
  JSON.stringify({ criteria, drafts });

/** The text by which a page of a list is loaded. */
export const listingPageKey = ({ criteria, drafts, sort, after, limit }: ListingPage): string =>
  JSON.stringify({ criteria, drafts, sort, after, limit });

/** The text by which a page of a seller's listings is loaded. */
export const sellerPageKey = ({ sellerId, after, limit }: SellerPage): string =>
  JSON.stringify({ sellerId, after, limit });
