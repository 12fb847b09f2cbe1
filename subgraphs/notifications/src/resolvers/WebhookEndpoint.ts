import { deskIdOf, isIdOf, requireViewer, sellerIdOfDesk } from '@souk/runtime/domain';
import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type {
  SellerDeskResolvers,
  WebhookAttemptResolvers,
  WebhookEndpointResolvers,
} from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { isSeller } from '../domain/webhook-owner.ts';
import { mayManage } from '../use-cases/webhook-endpoints.ts';

const mayShow = async (ownerId: string, { viewer, stores }: Context): Promise<boolean> =>
  viewer !== null && mayManage(stores, viewer.userId, ownerId);

/** The endpoints of one owner, newest first. */
export async function endpointsOf(
  ownerId: string,
  args: { first?: number | null; after?: string | null },
  { cursors, stores }: Context,
) {
  const purpose = `webhooks:${ownerId}`;
  const page = pageOf<string>(args, { cursors, purpose });
  const at = { before: page.from, limit: page.limit + 1 };
  const rows = await stores.webhookEndpoints.page(ownerId, at);
  return connectionOf(rows, page, { cursors, purpose, positionOf: ({ id }) => id });
}

export const WebhookEndpoint: WebhookEndpointResolvers = {
  /** For its owner, or those who manage the seller, whichever subgraph asks. */
  __resolveReference: async ({ id }, context) => {
    const endpoint = isIdOf('whe', id) ? await context.loaders.webhookEndpoint.load(id) : null;
    return endpoint && (await mayShow(endpoint.ownerId, context)) ? endpoint : null;
  },
  eventTypes: ({ eventTypes }) => [...eventTypes],
  desk: ({ ownerId }) => (isSeller(ownerId) ? { id: deskIdOf(ownerId) } : null),
  attempts: async ({ id: endpointId }, { status, ...args }, { cursors, stores }) => {
    const of = { endpointId, status: status ?? null };
    const purpose = `webhook-attempts:${JSON.stringify(of)}`;
    const page = pageOf<string>(args, { cursors, purpose });
    const at = { before: page.from, limit: page.limit + 1 };
    const rows = await stores.webhookAttempts.page(of, at);
    return connectionOf(rows, page, { cursors, purpose, positionOf: ({ id }) => id });
  },
};

export const WebhookAttempt: WebhookAttemptResolvers = {
  __resolveReference: async ({ id }, context) => {
    const attempt = isIdOf('wha', id) ? await context.loaders.webhookAttempt.load(id) : null;
    return attempt && (await mayShow(attempt.ownerId, context)) ? attempt : null;
  },
  nextAttemptAt: ({ status, dueAt }) => (status === 'PENDING' ? dueAt : null),
};

export const SellerDesk: SellerDeskResolvers = {
  __resolveReference: ({ id }) => (isIdOf('dsk', id) ? { id } : null),
  /** Null for viewers who do not manage the seller. */
  webhookEndpoints: async ({ id }, args, context) => {
    requireViewer(context.viewer);
    const sellerId = sellerIdOfDesk(id);
    return (await mayShow(sellerId, context)) ? endpointsOf(sellerId, args, context) : null;
  },
};
