import type { Resolvers } from '../__generated__/resolvers.ts';
import { Balance } from './Balance.ts';
import { Cart } from './Cart.ts';
import { CartDelivery } from './CartDelivery.ts';
import { CartLine } from './CartLine.ts';
import { DeliveryOption } from './DeliveryOption.ts';
import { DiscountCode } from './DiscountCode.ts';
import { LedgerEntry } from './LedgerEntry.ts';
import { Mutation } from './Mutation.ts';
import { Order } from './Order.ts';
import { OrderConnection } from './OrderConnection.ts';
import { OrderLine } from './OrderLine.ts';
import { OrderSnapshot } from './OrderSnapshot.ts';
import { Payment } from './Payment.ts';
import { Payout } from './Payout.ts';
import { Product } from './Product.ts';
import { ProductVariant } from './ProductVariant.ts';
import { Query } from './Query.ts';
import { Refund } from './Refund.ts';
import { Return } from './Return.ts';
import { SellerDesk } from './SellerDesk.ts';
import { SellerOrder } from './SellerOrder.ts';
import { SellerOrderConnection } from './SellerOrderConnection.ts';
import { Shipment } from './Shipment.ts';
import { Subscription } from './Subscription.ts';
import { TimelineEntry } from './TimelineEntry.ts';
import { Viewer } from './Viewer.ts';

export const resolvers: Resolvers = {
  Balance,
  LedgerEntry,
  OrderSnapshot,
  Payout,
  Refund,
  Return,
  SellerDesk,
  SellerOrderConnection,
  Shipment,
  Cart,
  CartDelivery,
  CartLine,
  DeliveryOption,
  DiscountCode,
  Mutation,
  Order,
  OrderConnection,
  OrderLine,
  Payment,
  Product,
  ProductVariant,
  Query,
  SellerOrder,
  Subscription,
  TimelineEntry,
  Viewer,
};
