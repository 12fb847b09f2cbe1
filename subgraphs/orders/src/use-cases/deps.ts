import type { Clock, NewId, SignedLinks, Viewer } from '@souk/runtime/domain';
import type { NewsMarks, RunTransaction, SealValue, TransactionTools } from '@souk/runtime/events';
import type { Logger } from '@souk/runtime/process';
import type { OrdersConfig } from '../config.ts';
import type { Payments } from '../payments/payments.ts';
import type { TestProvider } from '../payments/test-provider.ts';
import type { Stores } from '../persistence/stores.ts';
import type { FollowedCarts } from './cart/followed-carts.ts';

/** The viewer and their address, by which guests are counted. */
export interface Client {
  viewer: Viewer | null;
  clientAddress: string | null;
}

/** What one transaction provides. */
export type OrdersTransaction = Stores & TransactionTools;

/** What a use case works with. */
export interface OrdersDeps {
  transaction: RunTransaction<Stores>;
  /** Outside any transaction. */
  reads: Stores;
  followedCarts: FollowedCarts;
  /** How far news of products have come. */
  news: NewsMarks;
  config: OrdersConfig;
  payments: Payments;
  /** Makes the tokens by which guests see their orders. */
  guestSecrets: readonly string[];
  sealValue: SealValue;
  /** Where test payments are made. */
  testProvider: TestProvider | null;
  /** For documents that are read through a link. */
  links: SignedLinks;
  logger: Logger;
  clock: Clock;
  newId: NewId;
  /** Makes the number that people read to each other. */
  newOrderNumber: () => string;
}
