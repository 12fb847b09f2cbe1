import type { Resolvers } from '../__generated__/resolvers.ts';
import { Category } from './Category.ts';
import { Inventory } from './Inventory.ts';
import { InventoryChanged } from './InventoryChanged.ts';
import { Mutation } from './Mutation.ts';
import { Product } from './Product.ts';
import { ProductConnection } from './ProductConnection.ts';
import { ProductVariant } from './ProductVariant.ts';
import { Query } from './Query.ts';
import { StockMovement } from './StockMovement.ts';
import { Subscription } from './Subscription.ts';
import { User } from './User.ts';
import { Viewer } from './Viewer.ts';

export const resolvers: Resolvers = {
  Category,
  Inventory,
  InventoryChanged,
  Mutation,
  Product,
  ProductConnection,
  ProductVariant,
  Query,
  StockMovement,
  Subscription,
  User,
  Viewer,
};
