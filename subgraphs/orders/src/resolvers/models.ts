import type { Money } from '@souk/runtime/domain';
import type { StreamItem } from '@souk/runtime/events';
import type { OrderLine } from '../domain/order.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { OrderCriteria, StoredOrder } from '../persistence/order-store.ts';

/** What resolvers of each GraphQL type start from. */
export type OrderModel = StoredOrder;
export type OrderLineModel = OrderLine;
export interface ViewerModel {
  id: string;
}
export type MoneyModel = Money;
export interface UserModel {
  id: string;
}
export interface ProductVariantModel {
  id: string;
}

export interface OrderConnectionModel {
  edges: { cursor: string; node: StoredOrder }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
  /** Counted only when it is asked for. */
  counted: OrderCriteria;
}

export interface PriceChangedErrorModel {
  __typename: 'PriceChangedError';
  code: string;
  message: string;
  path: string[] | null;
  variantId: string;
  currency: string;
  expectedMinor: number;
  actualMinor: number;
}

export interface TotalChangedErrorModel {
  __typename: 'TotalChangedError';
  code: string;
  message: string;
  path: string[] | null;
  expectedMinor: number;
  expectedCurrency: string;
  actualMinor: number;
  currency: string;
}

type Sent = Pick<StreamItem, 'cursor' | 'occurredAt'>;

export interface OrderPlacedModel extends Sent {
  __typename: 'OrderPlaced';
  order: StoredOrder;
}

export interface OrderStatusChangedModel extends Sent {
  __typename: 'OrderStatusChanged';
  order: StoredOrder;
  from: OrderStatus;
  to: OrderStatus;
  statusReason: string | null;
}
