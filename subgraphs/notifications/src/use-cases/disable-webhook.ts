import type { DisabledReason, WebhookEndpoint } from '../domain/webhook.ts';
import { isSeller } from '../domain/webhook-owner.ts';
import type { NotifyDeps, TransactionStores } from './deps.ts';
import { notifyInWords } from './notify-in-words.ts';

/** Switches an endpoint off, and notifies the people who may switch it on again. */
export async function disableWebhook(
  deps: NotifyDeps,
  stores: TransactionStores,
  { id, ownerId, url, label }: WebhookEndpoint,
  reason: DisabledReason,
): Promise<void> {
  const { webhookEndpoints, webhookAttempts, sellerStaff } = stores;
  if (!(await webhookEndpoints.disable(id, reason))) return;
  await webhookAttempts.suppressOf(id);
  const at = deps.clock();
  const values = { endpoint: label ?? new URL(url).host };
  const people = isSeller(ownerId) ? await sellerStaff.managersOf(ownerId) : [ownerId];
  await notifyInWords(
    deps,
    stores,
    {
      // There is no event for it: the notice is identified by the endpoint and the time.
      eventId: `${id}:${at.toISOString()}`,
      sequence: at.getTime(),
      occurredAt: at,
      kind: 'SYSTEM',
      target: isSeller(ownerId) ? { type: 'SellerAlone', sellerId: ownerId } : null,
      words: {
        text: reason === 'RIGHTS_LOST' ? 'WEBHOOK_UNATTENDED' : 'WEBHOOK_DISABLED',
        values,
      },
    },
    people,
  );
}
