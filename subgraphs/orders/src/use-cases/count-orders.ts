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

/** Who is counted by a limit: an account, or the address of a guest. */
export const limitedAs = ({ viewer, clientAddress }: Client): string =>
  viewer?.userId ?? `guest:${clientAddress ?? 'unknown'}`;

/** Counts a use of a rule, and throws `RATE_LIMITED` when it is one too many, which rolls it back. */
export async function countUse(
  quotas: Quotas,
  limited: string,
  { rule, points = 1, config, now }: Counting & { rule: OrderRule; points?: number },
): Promise<void> {
  await countInWindow(quotas, limited, { rule, quota: orderQuota(rule, config), points, now });
}

/**
 * Counts that somebody begins a payment, or checks one, in a transaction of its own: each causes a request to
 * a provider, whatever the result.
 */
export const countPayment = (
  { transaction, clock, config }: Pick<OrdersDeps, 'transaction' | 'clock' | 'config'>,
  client: Client,
): Promise<void> =>
  transaction(({ quotas }) =>
    countUse(quotas, limitedAs(client), { rule: 'payments', config, now: clock() }),
  );

/** Counts the lines of an order that had no effect. */
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

/** Counts a stored order that had no effect, but whose result its buyer learned. */
export async function countAsFutile(
  { quotas, orders }: Pick<Stores, 'quotas' | 'orders'>,
  { id, buyerId }: { id: string; buyerId: string | null },
  counting: Counting,
): Promise<void> {
  // A guest's address is not stored: their lines count when they are refused.
  if (buyerId === null) return;
  const { length: points } = await orders.linesOf([id]);
  await countFutileLines(quotas, buyerId, { ...counting, points });
}
