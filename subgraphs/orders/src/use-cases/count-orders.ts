import { assertWithin, countUse as countInWindow, type QuotaUse } from '@souk/runtime/persistence';
import type { OrdersConfig } from '../config.ts';
import { type OrderRule, orderQuota } from '../domain/order-limits.ts';
import type { Stores } from '../persistence/stores.ts';
import type { Client, OrdersDeps } from './deps.ts';

type Quotas = Stores['quotas'];

export interface Counting {
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

/** Whom a limit counts: an account, or where a guest comes from. */
export const limitedAs = ({ viewer, clientAddress }: Client): string =>
  viewer?.userId ?? `guest:${clientAddress ?? 'unknown'}`;

/** Counts a use of a rule, and throws `RATE_LIMITED` when it is one too many, which undoes it. */
export async function countUse(
  quotas: Quotas,
  limited: string,
  { rule, points = 1, config, now }: Counting & { rule: OrderRule; points?: number },
): Promise<void> {
  await countInWindow(quotas, limited, { rule, quota: orderQuota(rule, config), points, now });
}

/**
 * Counts that somebody begins to pay, or asks how a payment stands, in a transaction of its own: each has a
 * provider asked, whatever comes of it.
 */
export const countPayment = (
  { transaction, clock, config }: Pick<OrdersDeps, 'transaction' | 'clock' | 'config'>,
  client: Client,
): Promise<void> =>
  transaction(({ quotas }) =>
    countUse(quotas, limitedAs(client), { rule: 'payments', config, now: clock() }),
  );

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
