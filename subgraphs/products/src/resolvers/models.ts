import type { Money } from '@souk/runtime/domain';
import type { StreamItem } from '@souk/runtime/events';
import type { Connection } from '@souk/runtime/graphql';
import type { Availability } from '../domain/availability.ts';
import type { Category } from '../domain/category.ts';
import type { ListingCriteria } from '../domain/listing.ts';
import type { Product } from '../domain/product.ts';
import type { StockItem, StockMovement } from '../domain/stock.ts';
import type { Variant } from '../domain/variant.ts';

/** What resolvers of each GraphQL type start from. */
export type ProductModel = Product;
export type ProductVariantModel = Variant;
export type InventoryModel = StockItem;
export type CategoryModel = Category;
export type StockMovementModel = StockMovement;
export type MoneyModel = Money;
export interface UserModel {
  id: string;
}
export interface ViewerModel {
  id: string;
}
export interface OrderModel {
  id: string;
}

export type CategoryConnectionModel = Connection<Category> & { totalCount: number };

export interface ProductConnectionModel extends Connection<Product> {
  /** Counted only when it is asked for. */
  counted: { criteria: ListingCriteria } | { sellerId: string };
}

type CatalogEvent = Pick<StreamItem, 'cursor' | 'occurredAt'>;

export interface InventoryChangedModel extends CatalogEvent {
  __typename: 'InventoryChanged';
  variant: Variant;
  previousAvailability: Availability;
  availability: Availability;
}

export interface ProductChangedModel extends CatalogEvent {
  __typename: 'ProductChanged';
  product: Product;
  changed: string[];
}
