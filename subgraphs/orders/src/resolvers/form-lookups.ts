import { checkEach, type FormLookups, isFresh, isIdOf } from '@souk/runtime/domain';
import { A_FEW_LOOKS, lookUntil } from '@souk/runtime/events';
import type { Context } from '../context.ts';
import type { CartLineInput } from '../domain/cart/set-lines.ts';
import { cartNotFound, orderNotFound, variantNotFound } from '../domain/errors.ts';
import { mayCancel } from '../domain/permissions.ts';
import { MAX_LINES } from '../domain/requested-lines.ts';
import type { SetCartLinesInput } from '../use-cases/cart/set-cart-lines.ts';
import type { PlaceOrderInput } from '../use-cases/place-order.ts';
import { visibleCart } from './visible-cart.ts';

/** What of a form with mistakes is wrong besides: ids of nothing that the viewer sees. */
export const lookups: FormLookups = {
  createCart: ({ lines }: { lines?: readonly CartLineInput[] | null }, context: Context) => [
    assertKnownVariants(putIn(lines ?? []), context, ['lines']),
  ],
  setCartLines: ({ cartId, lines }: SetCartLinesInput, context: Context) => [
    assertUsableCart(cartId, context),
    assertKnownVariants(putIn(lines), context, ['lines']),
  ],
  placeOrder: ({ input }: { input: PlaceOrderInput }, context: Context) => [
    assertKnownVariants(input.lines, context, ['input', 'lines']),
  ],
  cancelOrder: ({ orderId }: { orderId: string }, context: Context) => [
    assertCancellable(orderId, context),
  ],
};

type Line = { readonly variantId: string } | null;

/** Lines of a cart that are taken out need not name anything that is there. */
const putIn = (lines: readonly CartLineInput[]): Line[] =>
  lines.map((line) => (line.quantity === 0 ? null : line));

async function assertKnownVariants(
  lines: readonly Line[],
  { stores, services }: Context,
  path: readonly string[],
): Promise<void> {
  if (lines.length > MAX_LINES) return;
  const wanted = new Set(lines.flatMap((line) => line?.variantId ?? []));
  const ids = [...wanted].filter((id) => isIdOf('var', id));
  // News of a fresh one may be on its way; but the use case has waited for them, or something else is wrong.
  const known = await lookUntil(
    async () => {
      const items = await stores.pricedItems.findMany(ids);
      return new Set(items.flatMap((item) => (item.status === 'DRAFT' ? [] : item.variantId)));
    },
    (found) => ids.every((id) => found.has(id) || !isFresh(id, services.clock())),
    A_FEW_LOOKS,
  );
  checkEach(lines, (line, index) => {
    if (line && !known.has(line.variantId)) throw variantNotFound([...path, index, 'variantId']);
  });
}

async function assertUsableCart(id: string | null | undefined, context: Context): Promise<void> {
  if (id != null && !(await visibleCart(id, context))) throw cartNotFound(['cartId']);
}

async function assertCancellable(id: string, { stores, viewer }: Context): Promise<void> {
  const [order] = isIdOf('ord', id) ? await stores.orders.findMany([id]) : [];
  if (!viewer || !order || !mayCancel(viewer, order)) throw orderNotFound(['orderId']);
}
