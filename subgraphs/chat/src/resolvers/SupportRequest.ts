import { isIdOf, sellerIdOfDesk } from '@souk/runtime/domain';
import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type {
  QuerySupportRequestsArgs,
  SellerDeskResolvers,
  SupportRequestResolvers,
} from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import type { SupportRequest as Request } from '../persistence/support-store.ts';

export const SupportRequest: SupportRequestResolvers = {
  order: ({ orderId }) => (orderId === null ? null : { id: orderId }),
  sellerOrder: ({ sellerOrderId }) => (sellerOrderId === null ? null : { id: sellerOrderId }),
  customer: ({ customerId }) => ({ id: customerId }),
  assignee: ({ takenBy }) => (takenBy === null ? null : { id: takenBy }),
};

/** A queue of those who may help, the staff's where no seller is asked: the longest waiting comes first. */
export async function supportRequests(
  sellerId: string | null,
  { state, first, after }: QuerySupportRequestsArgs,
  { cursors, stores }: Context,
) {
  const purpose = `support-requests:${sellerId ?? ''}:${state ?? ''}`;
  const page = pageOf<string>({ first, after }, { cursors, purpose });
  const { limit, from } = page;
  const rows = await stores.support.queue({ sellerId, state: state ?? null, limit, from });
  return connectionOf(rows, page, {
    cursors,
    purpose,
    positionOf: ({ roomId }: Request) => roomId,
  });
}

export const SellerDesk: SellerDeskResolvers = {
  __resolveReference: ({ id }) => (isIdOf('dsk', id) ? { id } : null),
  supportRequests: async ({ id }, args, context) => {
    const sellerId = sellerIdOfDesk(id);
    const isHelper = (await context.loaders.sellerOfViewer.load(sellerId)) !== null;
    return isHelper ? supportRequests(sellerId, args, context) : null;
  },
};
