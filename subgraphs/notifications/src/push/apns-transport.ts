import { createPrivateKey } from 'node:crypto';
import type { Clock } from '@souk/runtime/domain';
import { SignJWT } from 'jose';
import { whyOf } from '../outbound/why-of.ts';
import type { ApnsAccount } from './apns-account.ts';
import { createHttp2Line, type Http2Answer } from './http2-line.ts';
import {
  KEPT_SECONDS,
  type PushContent,
  type PushOutcome,
  type PushTransport,
} from './push-transport.ts';
import { renewedToken } from './renewed-token.ts';

export const APNS_URL = 'https://api.push.apple.com';

export interface ApnsOptions {
  account: ApnsAccount;
  url?: string | undefined;
  clock: Clock;
}

/** Apple refuses a token that is older than an hour, and one that was renewed within twenty minutes. */
const TOKEN_MS = 45 * 60_000;

/**
 * Reasons that mean that nothing will ever be shown with this token. `BadDeviceToken` and
 * `DeviceTokenNotForTopic` are not among them: with a wrong address or topic in our settings they are
 * returned for every device. A device that returns nothing else for a week is forgotten.
 */
const GONE = ['Unregistered', 'ExpiredToken'];
/** Reasons that concern our account, not the device. */
const OURS = ['BadTopic', 'TopicDisallowed'];

/** Sends to apps on Apple's devices (APNs: HTTP/2, with a token signed by ES256). */
export function createApns({ account, url = APNS_URL, clock }: ApnsOptions): PushTransport {
  const { teamId, keyId, topic, privateKey } = account;
  const line = createHttp2Line(url);
  const token = renewedToken(async () => {
    const issuedAt = Math.floor(clock().getTime() / 1_000);
    const signed = await new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .setIssuer(teamId)
      .setIssuedAt(issuedAt)
      .sign(createPrivateKey(privateKey));
    return { token: signed, validMs: TOKEN_MS };
  }, clock);
  return {
    send: async ({ token: deviceToken }, content) => {
      const isShown = content.type === 'SHOW';
      try {
        const bearer = await token.get();
        const answer = await line.post(
          `/3/device/${encodeURIComponent(deviceToken)}`,
          {
            authorization: `bearer ${bearer}`,
            'apns-topic': topic,
            'apns-push-type': isShown ? 'alert' : 'background',
            'apns-priority': isShown ? '10' : '5',
            'apns-expiration': String(Math.floor(clock().getTime() / 1_000) + KEPT_SECONDS),
            // A later message about the same notice replaces it.
            'apns-collapse-id': content.notificationId.slice(-64),
          },
          JSON.stringify(payloadOf(content)),
        );
        const outcome = outcomeOf(answer);
        if (answer.status === 403) token.forget(bearer);
        return outcome;
      } catch (error) {
        const why = whyOf(error);
        return { result: 'LATER', afterSeconds: null, why };
      }
    },
    close: () => line.close(),
  };
}

/** What to show, or an instruction to the app to withdraw a notice. */
const payloadOf = (content: PushContent) => {
  const { type, title, body, ...souk } = content;
  const aps =
    type === 'SHOW' ? { alert: { title, body }, sound: 'default' } : { 'content-available': 1 };
  return { aps, souk: { type, ...souk } };
};

function outcomeOf({ status, retryAfter, body }: Http2Answer): PushOutcome {
  if (status === 200) return { result: 'SENT' };
  const reason = reasonIn(body);
  const why = `APNs answered ${status} ${reason}`.trim();
  if (status === 410 || GONE.includes(reason)) return { result: 'GONE' };
  if (status === 403 && reason === 'ExpiredProviderToken') {
    return { result: 'LATER', afterSeconds: null, why };
  }
  if (status === 403 || OURS.includes(reason)) return { result: 'MISCONFIGURED', why };
  if (status === 429 || status >= 500) return { result: 'LATER', afterSeconds: retryAfter, why };
  return { result: 'REFUSED', why };
}

function reasonIn(body: string): string {
  try {
    const { reason } = JSON.parse(body) as { reason?: unknown };
    return typeof reason === 'string' ? reason : '';
  } catch {
    return '';
  }
}
