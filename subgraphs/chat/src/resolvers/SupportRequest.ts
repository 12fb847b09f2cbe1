import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type {
  QuerySupportRequestsArgs,
  SupportRequestResolvers,
} from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import type { SupportRequest as Request } from '../persistence/support-store.ts';

export const SupportRequest: SupportRequestResolvers = {
  order: ({ orderId }) => ({ id: orderId }),
  customer: ({ customerId }) => ({ id: customerId }),
  assignee: ({ takenBy }) => (takenBy === null ? null : { id: takenBy }),
};

/** The queue of the staff: the longest waiting comes first. */
export async function supportRequests(
  { state, first, after }: QuerySupportRequestsArgs,
  { cursors, stores }: Context,
) {
  const purpose = `support-requests:${state ?? ''}`;
  const page = pageOf<string>({ first, after }, { cursors, purpose });
  const rows = await stores.support.queue(state ?? null, page);
  return connectionOf(rows, page, {
    cursors,
    purpose,
    positionOf: ({ roomId }: Request) => roomId,
  });
}
