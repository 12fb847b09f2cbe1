import { type FormLookups, requireViewer } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import {
  assertManagesSeller,
  ownEndpoint,
  type WebhookEndpointInput,
} from '../use-cases/webhook-endpoints.ts';

const assertOwn = ({ webhookEndpointId }: { webhookEndpointId: string }, context: Context) =>
  ownEndpoint(context.stores, requireViewer(context.viewer), webhookEndpointId);

/** What else is wrong in a form with mistakes: ids of things that do not exist for the viewer. */
export const lookups: FormLookups = {
  createWebhookEndpoint: ({ input }: { input: WebhookEndpointInput }, context: Context) => [
    assertManagesSeller(
      context.stores,
      requireViewer(context.viewer).userId,
      input.sellerId ?? null,
    ),
  ],
  updateWebhookEndpoint: (form: { webhookEndpointId: string }, context: Context) => [
    assertOwn(form, context),
  ],
  replayWebhooks: (form: { webhookEndpointId: string }, context: Context) => [
    assertOwn(form, context),
  ],
};
