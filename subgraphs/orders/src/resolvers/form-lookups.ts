import { type FormLookups, isIdOf } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { orderNotFound } from '../domain/errors.ts';
import { mayCancel } from '../domain/permissions.ts';

/** Ids that a form with other mistakes names, and that are of nothing the viewer sees. */
export const lookups: FormLookups = {
  cancelOrder: ({ id }: { id: string }, context: Context) => [assertCancellable(id, context)],
};

async function assertCancellable(id: string, { stores, viewer }: Context): Promise<void> {
  const [order] = isIdOf('ord', id) ? await stores.orders.findMany([id]) : [];
  if (!viewer || !order || !mayCancel(viewer, order)) throw orderNotFound(['id']);
}
