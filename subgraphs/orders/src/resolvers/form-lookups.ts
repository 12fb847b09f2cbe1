import { checkEach, type FormLookups, isFresh, isIdOf } from '@souk/runtime/domain';
import { lookUntil } from '@souk/runtime/events';
import type { Context } from '../context.ts';
import { orderNotFound, variantNotFound } from '../domain/errors.ts';
import { mayCancel } from '../domain/permissions.ts';
import { MAX_LINES } from '../domain/requested-lines.ts';
import type { PlaceOrderInput } from '../use-cases/place-order.ts';

/** What of a form with mistakes is wrong besides: ids of nothing that the viewer sees. */
export const lookups: FormLookups = {
  placeOrder: ({ input }: { input: PlaceOrderInput }, context: Context) => [
    assertKnownVariants(input.lines, context),
  ],
  cancelOrder: ({ orderId }: { orderId: string }, context: Context) => [
    assertCancellable(orderId, context),
  ],
};

async function assertKnownVariants(
  lines: PlaceOrderInput['lines'],
  { stores, services }: Context,
): Promise<void> {
  if (lines.length > MAX_LINES) return;
  const ids = [...new Set(lines.map(({ variantId }) => variantId))].filter((id) =>
    isIdOf('var', id),
  );
  // News of a fresh one may be on its way, as they may be when an order is placed.
  const known = await lookUntil(
    async () => {
      const items = await stores.pricedItems.findMany(ids);
      return new Set(items.flatMap((item) => (item.status === 'DRAFT' ? [] : item.variantId)));
    },
    (found) => ids.every((id) => found.has(id) || !isFresh(id, services.clock())),
  );
  checkEach(lines, ({ variantId }, index) => {
    if (!known.has(variantId)) throw variantNotFound(['input', 'lines', index, 'variantId']);
  });
}

async function assertCancellable(id: string, { stores, viewer }: Context): Promise<void> {
  const [order] = isIdOf('ord', id) ? await stores.orders.findMany([id]) : [];
  if (!viewer || !order || !mayCancel(viewer, order)) throw orderNotFound(['orderId']);
}
