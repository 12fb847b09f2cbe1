import type { Viewer } from '@souk/runtime/domain';
import { type CartLineInput, checkedCartLines } from '../../domain/cart/set-lines.ts';
import type { OrdersDeps } from '../deps.ts';
import { scopeOfGuest } from '../guest-access.ts';
import { emptyCart, lockOwnCart } from './cart-of.ts';
import { putLines, waitForLines } from './set-cart-lines.ts';

export interface CreateCartInput {
  lines?: readonly CartLineInput[] | null;
  currency?: string | null;
  idempotencyKey: string;
}

/**
 * Makes a guest's cart. Of somebody who is signed in there is one cart: it is made, or used as it is,
 * and the lines are set in it.
 */
export async function createCart(
  deps: OrdersDeps,
  { viewer, clientAddress }: { viewer: Viewer | null; clientAddress: string | null },
  input: CreateCartInput,
): Promise<{ cartId: string; replayed: boolean }> {
  const lines = input.lines ?? [];
  checkedCartLines(lines);
  await waitForLines(deps, lines);
  const { transaction, clock, config } = deps;
  const currency = input.currency ?? config.defaultCurrency;
  const { result, replayed } = await transaction((stores) =>
    stores.idempotency.once(
      {
        // A guest has no name: what two of them bring from one place is told apart by the key alone.
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
        if (!viewer) await stores.carts.insert(cart);
        await putLines(deps, stores, cart, lines);
        return { cartId: cart.id };
      },
    ),
  );
  return { ...result, replayed };
}
