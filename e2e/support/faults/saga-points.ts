import type { CrashPoint, Moment } from '@souk/testkit/crashes';

/** A point of an order's way through orders and products, and what a buyer does to get there. */
export interface SagaPoint extends CrashPoint {
  readonly subgraph: 'orders' | 'products';
  /** `pay`: places an order and pays it at once; `cancel`: calls one off whose stock is set aside. */
  readonly act: 'pay' | 'cancel';
}

const statement = (like: string): Moment => ({ kind: 'statement', like });
const COMMIT = statement('^COMMIT');
const PLACED = statement('INSERT INTO .*placed_order');
const taken = (like: string): Moment => ({ kind: 'taken', like });
// Each by an event that was taken for the first time: one job is not ended over and over, which makes it dead.
const CLAIMED = [taken('OrderPlaced'), statement('INSERT INTO .*stock_claim ')];
const STEPPED = statement('UPDATE .*placed_order');
const CLAIM_ENDED = [taken('OrderCancelled'), statement('UPDATE .*stock_claim"')];
const of = (kind: 'handing-over' | 'handed-over', like: string): Moment => ({ kind, like });

const at = (
  subgraph: SagaPoint['subgraph'],
  act: SagaPoint['act'],
  name: string,
  ...after: Moment[]
): SagaPoint => ({ subgraph, act, name, after });

/** Every place at which the ways of an order, its money and its stock can part for a while. */
export const SAGA_POINTS: readonly SagaPoint[] = [
  at('orders', 'pay', 'an order is written, and not committed', PLACED),
  at('orders', 'pay', 'an order is committed, and not answered', PLACED, COMMIT),
  at('orders', 'pay', 'OrderPlaced is about to be handed over', of('handing-over', 'OrderPlaced')),
  at('orders', 'pay', 'OrderPlaced was handed over', of('handed-over', 'OrderPlaced')),
  at('products', 'pay', 'OrderPlaced is taken', taken('OrderPlaced')),
  at('products', 'pay', 'stock is set aside, and not committed', ...CLAIMED),
  at('products', 'pay', 'stock is set aside, and nobody knows', ...CLAIMED, COMMIT),
  at(
    'products',
    'pay',
    'StockReserved is about to be handed over',
    of('handing-over', 'StockReserved'),
  ),
  at('products', 'pay', 'StockReserved was handed over', of('handed-over', 'StockReserved')),
  at('orders', 'pay', 'StockReserved is taken', taken('StockReserved')),
  at('orders', 'pay', 'RESERVED is written, and not committed', taken('StockReserved'), STEPPED),
  at('orders', 'pay', 'RESERVED is committed', taken('StockReserved'), STEPPED, COMMIT),
  at(
    'orders',
    'pay',
    'a provider has a payment, and its answer is lost',
    statement('INSERT INTO .*test_payment'),
    COMMIT,
  ),
  at(
    'orders',
    'pay',
    'a provider has taken money, and its answer is lost',
    statement('UPDATE .*test_payment'),
    COMMIT,
  ),
  at('orders', 'cancel', 'CANCELLED is written, and not committed', STEPPED),
  at('orders', 'cancel', 'CANCELLED is committed, and not answered', STEPPED, COMMIT),
  at('orders', 'cancel', 'OrderCancelled was handed over', of('handed-over', 'OrderCancelled')),
  at('products', 'cancel', 'OrderCancelled is taken', taken('OrderCancelled')),
  at('products', 'cancel', 'stock is free, and not committed', ...CLAIM_ENDED),
  at('products', 'cancel', 'stock is free, and committed', ...CLAIM_ENDED, COMMIT),
];
