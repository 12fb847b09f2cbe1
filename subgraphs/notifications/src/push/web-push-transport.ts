import { NotOutside, type OutsideAnswer, postOutside } from '../outbound/post-outside.ts';
import { whyOf } from '../outbound/why-of.ts';
import { KEPT_SECONDS, type PushOutcome, type PushTransport } from './push-transport.ts';
import type { VapidKeys } from './vapid-keys.ts';

export interface WebPushOptions {
  keys: () => Promise<VapidKeys>;
  /** Whom a push service can contact: a `mailto:` address or a page. */
  contact: string;
  allowPrivate: boolean;
}

/** Sends by Web Push (RFC 8030), encrypted for the browser (RFC 8291) and signed with our keys (RFC 8292). */
export const createWebPush = ({ keys, contact, allowPrivate }: WebPushOptions): PushTransport => ({
  send: async ({ token: endpoint, p256dh, auth }, content) => {
    const { default: webPush } = await import('web-push');
    const vapidDetails = { subject: contact, ...(await keys()) };
    const subscription = { endpoint, keys: { p256dh: p256dh ?? '', auth: auth ?? '' } };
    let details: ReturnType<typeof webPush.generateRequestDetails>;
    try {
      details = webPush.generateRequestDetails(subscription, JSON.stringify(content), {
        vapidDetails,
        TTL: KEPT_SECONDS,
        contentEncoding: 'aes128gcm',
        urgency: content.type === 'SHOW' ? 'normal' : 'low',
        // A later message about the same notice replaces it while the browser is offline.
        topic: content.notificationId.slice(-32),
      });
    } catch (error) {
      // Nothing can be encrypted for these keys, now or later.
      return { result: 'REFUSED', why: whyOf(error) };
    }
    const { 'Content-Length': _, ...headers } = details.headers as Record<string, string | number>;
    const body = details.body ?? '';
    try {
      return outcomeOf(await postOutside({ url: endpoint, headers, body, allowPrivate }));
    } catch (error) {
      const why = whyOf(error);
      if (error instanceof NotOutside) return { result: 'REFUSED', why };
      return { result: 'LATER', afterSeconds: null, why };
    }
  },
});

function outcomeOf({ status, retryAfter }: OutsideAnswer): PushOutcome {
  if (status >= 200 && status < 300) return { result: 'SENT' };
  if (status === 404 || status === 410) return { result: 'GONE' };
  const why = `the push service answered ${status}`;
  if (status === 429 || status >= 500) return { result: 'LATER', afterSeconds: retryAfter, why };
  return { result: 'REFUSED', why };
}
