import type { Money } from '@souk/runtime/domain';
import type { StreamItem } from '@souk/runtime/events';
import type { Connection } from '@souk/runtime/graphql';
import type { Availability } from '../domain/availability.ts';
import type { Category } from '../domain/category.ts';
import type { ListingCriteria } from '../domain/listing.ts';
import type { Product } from '../domain/product.ts';
import type { ImportRefusal, ProductImport } from '../domain/product-import.ts';
import type { Review } from '../domain/review.ts';
import type { Seller, SellerMember } from '../domain/seller.ts';
import type { StockItem, StockMovement } from '../domain/stock.ts';
import type { Variant } from '../domain/variant.ts';
import type { SellerSearch } from '../persistence/seller-store.ts';

/** What resolvers of each GraphQL type receive. */
export type ProductModel = Product;
export type ProductVariantModel = Variant;
export type InventoryModel = StockItem;
export type CategoryModel = Category;
export type StockMovementModel = StockMovement;
export type MoneyModel = Money;
export interface UserModel {
  id: string;
}
export interface MediaModel {
  id: string;
}
export interface ViewerModel {
  id: string;
}
export type SellerModel = Seller;
export type SellerMemberModel = SellerMember;
export interface SellerDeskModel {
  id: string;
  sellerId: string;
}
export interface CategoryCommissionModel {
  categoryId: string;
  basisPoints: number;
}
export type ReviewModel = Review;
export interface OrderLineModel {
  id: string;
}
export type ProductImportModel = ProductImport;
export type ImportRefusalModel = ImportRefusal;
export interface SellerOrderModel {
  id: string;
}

export type ReviewConnectionModel = Connection<Review> & {
  counted: { productId: string; rating: number | null } | 'reported';
};
export type SellerConnectionModel = Connection<Seller> & { counted: SellerSearch };
export type CategoryConnectionModel = Connection<Category> & { totalCount: number };

export interface ProductConnectionModel extends Connection<Product> {
  /** The words it was found by, if the requested ones found nothing. */
  correctedQuery?: string | null;
  /** Counted only when requested. */
  counted: { criteria: ListingCriteria } | { sellerId: string };
}

type CatalogEvent = Pick<StreamItem, 'cursor' | 'occurredAt'>;

export interface InventoryChangedModel extends CatalogEvent {
  __typename: 'InventoryChanged';
  variant: Variant;
  previousAvailability: Availability;
  availability: Availability;
}

export interface SellerChangedModel extends CatalogEvent {
  __typename: 'SellerChanged';
  seller: Seller;
  changed: string[];
}

export interface ProductDeletedModel extends CatalogEvent {
  __typename: 'ProductDeleted';
  productId: string;
}

export interface ProductChangedModel extends CatalogEvent {
  __typename: 'ProductChanged';
  product: Product;
  changed: string[];
}

/** What `catalogEvents` shows besides the notices of every stream. */
export type ShownOfCatalogue =
  | InventoryChangedModel
  | ProductChangedModel
  | ProductDeletedModel
  | SellerChangedModel;

export interface StockLevelChangedModel extends CatalogEvent {
  __typename: 'StockLevelChanged';
  variant: Variant;
  movement: StockMovement | null;
  low: boolean;
}

export interface ImportProgressedModel extends CatalogEvent {
  __typename: 'ImportProgressed';
  import: ProductImport;
}

export interface ReviewPostedModel extends CatalogEvent {
  __typename: 'ReviewPosted';
  review: Review;
}
