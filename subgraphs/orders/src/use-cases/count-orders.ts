import { assertWithin, type QuotaUse } from '@souk/runtime/persistence';
import type { OrdersConfig } from '../config.ts';
import { type OrderRule, orderQuota } from '../domain/order-limits.ts';
import type { Stores } from '../persistence/stores.ts';

type Quotas = Stores['quotas'];

interface Counting {
  config: OrdersConfig;
  now: Date;
}

const use = (
  quotas: Quotas,
  buyerId: string,
  { rule, points, config, now }: Counting & { rule: OrderRule; points: number },
): Promise<QuotaUse> => {
  const { windowSeconds } = orderQuota(rule, config);
  return quotas.use(buyerId, rule, { points, windowSeconds, now });
};

/** Counts an order, and throws `RATE_LIMITED` when it is one too many, which undoes it. */
export async function countOrder(
  quotas: Quotas,
  buyerId: string,
  { config, now }: Counting,
): Promise<void> {
  const quota = orderQuota('orders', config);
  assertWithin(await use(quotas, buyerId, { rule: 'orders', points: 1, config, now }), quota, now);
}

/** Counts the lines of an order that came to nothing. */
export const countFutileLines = (
  quotas: Quotas,
  buyerId: string,
  given: Counting & { points: number },
): Promise<QuotaUse> => use(quotas, buyerId, { rule: 'futile_lines', ...given });

/** Throws `RATE_LIMITED` when a buyer had used up the allowance before these lines were counted. */
export function assertMayAskStock(
  { used, startedAt }: QuotaUse,
  { points, config, now }: Counting & { points: number },
): void {
  const before = used - points;
  assertWithin({ used: before + 1, startedAt }, orderQuota('futile_lines', config), now);
}

/** Counts a stored order, of which its buyer has learned and from which nothing came. */
export async function countAsFutile(
  { quotas, orders }: Pick<Stores, 'quotas' | 'orders'>,
  { id, buyerId }: { id: string; buyerId: string | null },
  counting: Counting,
): Promise<void> {
  // Where a guest came from is not kept: theirs count when they are refused.
  if (buyerId === null) return;
  const { length: points } = await orders.linesOf([id]);
  await countFutileLines(quotas, buyerId, { ...counting, points });
}
