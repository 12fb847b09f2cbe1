import type { Resolvers } from '../__generated__/resolvers.ts';
import { Cart } from './Cart.ts';
import { CartDelivery } from './CartDelivery.ts';
import { CartLine } from './CartLine.ts';
import { DeliveryOption } from './DeliveryOption.ts';
import { DiscountCode } from './DiscountCode.ts';
import { Mutation } from './Mutation.ts';
import { Order } from './Order.ts';
import { OrderConnection } from './OrderConnection.ts';
import { OrderLine } from './OrderLine.ts';
import { Payment } from './Payment.ts';
import { Query } from './Query.ts';
import { SellerOrder } from './SellerOrder.ts';
import { Subscription } from './Subscription.ts';
import { TimelineEntry } from './TimelineEntry.ts';
import { Viewer } from './Viewer.ts';

export const resolvers: Resolvers = {
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
  Query,
  SellerOrder,
  Subscription,
  TimelineEntry,
  Viewer,
};
