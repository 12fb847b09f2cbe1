import { sql, type TestDatabase } from '@souk/testkit';

export interface SagaDatabases {
  readonly orders: TestDatabase;
  readonly products: TestDatabase;
}

const count = async (database: TestDatabase, query: string): Promise<number> => {
  const [row] = await sql<{ count: number }>({ databaseUrl: database.url }, query);
  return row?.count ?? 0;
};

/** Work in progress: events that no consumer has confirmed, and calls that are due to a provider. */
export async function underWay({ orders, products }: SagaDatabases): Promise<string[]> {
  const undelivered = `SELECT format('event %s, handed to %s %s times, again at %s', event_id, consumer, times, due_at) AS what
    FROM event_delivery WHERE consumer IN ('orders', 'products')`;
  const owed = `SELECT format('payment of %s, to be asked for at %s', order_id, next_call_at) AS what
      FROM payment WHERE next_call_at IS NOT NULL
    UNION ALL SELECT format('refund %s, to be asked for at %s', id, next_call_at)
      FROM refund WHERE next_call_at IS NOT NULL`;
  const of = ({ url }: TestDatabase, query: string) =>
    sql<{ what: string }>({ databaseUrl: url }, query);
  const parts = await Promise.all([
    of(orders, undelivered),
    of(products, undelivered),
    of(orders, owed),
  ]);
  return parts.flat().map(({ what }) => what);
}

/** What orders knows of an order, and what products has reserved for it. */
interface Side {
  id: string;
  state: string;
  units: number;
}

/**
 * Contradictions once no work is in progress: orders without their stock, stock without an order, stock or
 * money that does not match its ledger, and carts that were ordered more than once.
 */
export async function disagreements(
  databases: SagaDatabases,
  acknowledged: readonly string[],
): Promise<string[]> {
  const { orders, products } = databases;
  const placed = await sql<Side>(
    { databaseUrl: orders.url },
    `SELECT o.id, o.status AS state, sum(l.quantity)::int AS units
     FROM placed_order o JOIN order_line l ON l.order_id = o.id GROUP BY o.id`,
  );
  const claims = await sql<Side>(
    { databaseUrl: products.url },
    `SELECT c.order_id AS id, c.state, coalesce(sum(l.quantity), 0)::int AS units
     FROM stock_claim c LEFT JOIN stock_claim_line l ON l.order_id = c.order_id GROUP BY c.order_id`,
  );
  const claimOf = new Map(claims.map((claim) => [claim.id, claim]));
  const ids = new Set(placed.map(({ id }) => id));
  const told = new Set(acknowledged);
  const living = new Set(['RESERVED', 'PAID', 'COMPLETED']);
  const off = await count(
    products,
    `SELECT count(*)::int AS count FROM stock_item v WHERE v.reserved <> (
       SELECT coalesce(sum(m.reserved_delta), 0) FROM stock_movement m WHERE m.variant_id = v.variant_id)
       OR v.reserved <> (SELECT coalesce(sum(l.quantity), 0) FROM stock_claim_line l
         JOIN stock_claim c USING (order_id) WHERE l.variant_id = v.variant_id AND c.state = 'RESERVED')`,
  );
  const unbalanced = await count(
    orders,
    `SELECT count(*)::int AS count FROM (SELECT 1 FROM ledger_entry GROUP BY movement_id
       HAVING sum(amount_minor) <> 0) m`,
  );
  const twice = await count(
    orders,
    `SELECT count(*)::int AS count FROM (SELECT 1 FROM payment WHERE status = 'CAPTURED'
       GROUP BY order_id HAVING count(*) > 1) p`,
  );
  return [
    ...placed.flatMap(({ id, state, units }) => {
      if (state === 'PENDING') return [`${id} is PENDING for ever`];
      const claim = claimOf.get(id);
      const holds = claim?.state === 'RESERVED' ? claim.units : 0;
      if (living.has(state) && holds !== units)
        return [`${id} is ${state} with ${holds} of ${units}`];
      return living.has(state) || holds === 0 ? [] : [`${id} is ${state} and holds ${holds}`];
    }),
    ...claims
      .filter(({ id, units }) => !ids.has(id) && units > 0)
      .map(({ id }) => `no order ${id}`),
    ...acknowledged.filter((id) => !ids.has(id)).map((id) => `${id} was acknowledged and is lost`),
    ...placed.filter(({ id }) => !told.has(id)).map(({ id }) => `nobody was told of ${id}`),
    ...(off === 0 ? [] : [`${off} variants have another stock than their books`]),
    ...(unbalanced === 0 ? [] : [`${unbalanced} movements of money do not sum to zero`]),
    ...(twice === 0 ? [] : [`${twice} orders were paid twice`]),
  ];
}
