import type { Resolvers } from '../__generated__/resolvers.ts';
import { Cart } from './Cart.ts';
import { CartLine } from './CartLine.ts';
import { Mutation } from './Mutation.ts';
import { Order } from './Order.ts';
import { OrderConnection } from './OrderConnection.ts';
import { OrderLine } from './OrderLine.ts';
import { Query } from './Query.ts';
import { Subscription } from './Subscription.ts';
import { Viewer } from './Viewer.ts';

export const resolvers: Resolvers = {
  Cart,
  CartLine,
  Mutation,
  Order,
  OrderConnection,
  OrderLine,
  Query,
  Subscription,
  Viewer,
};
