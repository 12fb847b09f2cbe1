import { badInput } from '@souk/runtime/domain';
import { type CartLineInput, checkedCartLines } from '../../domain/cart/set-lines.ts';
import { countUse, limitedAs } from '../count-orders.ts';
import type { Client, OrdersDeps } from '../deps.ts';
import { scopeOfGuest } from '../guest-access.ts';
import { emptyCart, lockOwnCart } from './cart-of.ts';
import { putLines, waitForLines } from './set-cart-lines.ts';

export interface CreateCartInput {
  lines?: readonly CartLineInput[] | null;
  currency?: string | null;
  idempotencyKey: string;
}

/**
 * Creates a guest's cart. A signed-in person has one cart: it is created, or used as it is, and the lines are
 * set in it.
 */
export async function createCart(
  deps: OrdersDeps,
  client: Client,
  input: CreateCartInput,
): Promise<{ cartId: string; replayed: boolean }> {
  const { viewer, clientAddress } = client;
  const lines = input.lines ?? [];
  if (!viewer) assertRandomKey(input.idempotencyKey);
  checkedCartLines(lines);
  await waitForLines(deps, lines);
  const { transaction, clock, config } = deps;
  const currency = input.currency ?? config.defaultCurrency;
  const { result, replayed } = await transaction((stores) =>
    stores.idempotency.once(
      {
        // A guest has no name: two of them behind one address are distinguished only by their random keys.
        scope: `createCart:${viewer?.userId ?? scopeOfGuest(clientAddress)}`,
        key: input.idempotencyKey,
        path: ['idempotencyKey'],
        input,
      },
      async () => {
        const now = clock();
        const cart = viewer
          ? await lockOwnCart(stores, viewer.userId, currency, now)
          : emptyCart(null, currency, now);
        if (!viewer) {
          // Rows without a known owner, kept for months: neither repeats nor refused requests are counted.
          await countUse(stores.quotas, limitedAs(client), { rule: 'carts', config, now });
          await stores.carts.insert(cart);
        }
        await putLines(deps, stores, cart, lines);
        return { cartId: cart.id };
      },
    ),
  );
  return { ...result, replayed };
}

/** A UUID version that is random: 4, or 7 after its time. */
const RANDOM_UUID = /^.{14}[47]/;

/**
 * A repeat gives the cart to anybody with the key, as the cart's own id does: so the key must be as hard to
 * guess, which one made from a name or a time is not.
 */
function assertRandomKey(key: string): void {
  if (RANDOM_UUID.test(key.trim())) return;
  throw badInput('Without an account, give a random UUID (version 4 or 7).', ['idempotencyKey']);
}
