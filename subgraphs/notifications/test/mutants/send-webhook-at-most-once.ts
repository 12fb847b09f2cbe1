import { postOutside } from '../../src/outbound/post-outside.ts';
import type { sendWebhook } from '../../src/use-cases/send-webhook.ts';
import { signWebhook } from '../../src/webhooks/sign-webhook.ts';

/** The naive way: writes down that it is sent, and sends it. */
export const sendWebhookAtMostOnce: typeof sendWebhook = async (deps, id) => {
  const { stores, clock, openValue, allowPrivate } = deps;
  const at = clock();
  const claimed = await stores.webhookAttempts.claim(id, at, new Date(at.getTime() + 60_000));
  if (!claimed) return;
  const { endpointId, eventId, body } = claimed;
  await stores.webhookAttempts.finish(claimed, { status: 'DELIVERED', at, responseStatus: 200 });
  const [endpoint] = await stores.webhookEndpoints.findMany([endpointId]);
  const kept = await stores.webhookEndpoints.secretsOf(endpointId);
  if (!endpoint || !kept) return;
  const headers = signWebhook([openValue(kept.secret)], { id: eventId, body, at });
  await postOutside({ url: endpoint.url, headers, body, allowPrivate });
};
