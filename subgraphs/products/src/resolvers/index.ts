import type { Resolvers } from '../__generated__/resolvers.ts';
import { Category } from './Category.ts';
import { CategoryCommission } from './CategoryCommission.ts';
import { Inventory } from './Inventory.ts';
import { InventoryChanged } from './InventoryChanged.ts';
import { Mutation } from './Mutation.ts';
import { OrderLine } from './OrderLine.ts';
import { Product } from './Product.ts';
import { ProductConnection } from './ProductConnection.ts';
import { ProductImport } from './ProductImport.ts';
import { ProductVariant } from './ProductVariant.ts';
import { Query } from './Query.ts';
import { Review } from './Review.ts';
import { ReviewConnection } from './ReviewConnection.ts';
import { Seller } from './Seller.ts';
import { SellerConnection } from './SellerConnection.ts';
import { SellerDesk } from './SellerDesk.ts';
import { SellerMember } from './SellerMember.ts';
import { StockMovement } from './StockMovement.ts';
import { Subscription } from './Subscription.ts';
import { Viewer } from './Viewer.ts';

export const resolvers: Resolvers = {
  Category,
  CategoryCommission,
  Inventory,
  InventoryChanged,
  Mutation,
  OrderLine,
  Product,
  ProductImport,
  ProductConnection,
  ProductVariant,
  Query,
  Review,
  ReviewConnection,
  Seller,
  SellerConnection,
  SellerDesk,
  SellerMember,
  StockMovement,
  Subscription,
  Viewer,
};
