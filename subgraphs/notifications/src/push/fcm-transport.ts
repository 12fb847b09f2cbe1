import { createPrivateKey } from 'node:crypto';
import type { Clock } from '@souk/runtime/domain';
import { SignJWT } from 'jose';
import { type ProviderAnswer, postToProvider } from '../outbound/post-to-provider.ts';
import { whyOf } from '../outbound/why-of.ts';
import type { FcmAccount } from './fcm-account.ts';
import {
  KEPT_SECONDS,
  type PushContent,
  type PushOutcome,
  type PushTransport,
} from './push-transport.ts';
import { renewedToken } from './renewed-token.ts';

export const FCM_URL = 'https://fcm.googleapis.com';

export interface FcmOptions {
  account: FcmAccount;
  url?: string | undefined;
  clock: Clock;
}

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const ASSERTION_SECONDS = 3_600;
/** A token is renewed before it expires, since a request takes some time. */
const SPARE_SECONDS = 60;

/** Sends to apps by Firebase Cloud Messaging (HTTP v1, with a service account). */
export function createFcm({ account, url = FCM_URL, clock }: FcmOptions): PushTransport {
  const token = renewedToken(() => accessToken(account, clock), clock);
  const path = `/v1/projects/${encodeURIComponent(account.project_id)}/messages:send`;
  return {
    send: async ({ token: deviceToken }, content) => {
      try {
        const bearer = await token.get();
        const headers = {
          authorization: `Bearer ${bearer}`,
          'content-type': 'application/json',
        };
        const body = JSON.stringify({ message: { token: deviceToken, ...messageOf(content) } });
        const answer = await postToProvider(new URL(path, url).href, headers, body);
        if (answer.status === 401) token.forget(bearer);
        return outcomeOf(answer);
      } catch (error) {
        const why = whyOf(error);
        return { result: 'LATER', afterSeconds: null, why };
      }
    },
  };
}

/** Exchanges a signed assertion of the service account for an access token (RFC 7523). */
async function accessToken({ client_email, private_key, token_uri }: FcmAccount, clock: Clock) {
  const issuedAt = Math.floor(clock().getTime() / 1_000);
  const assertion = await new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuer(client_email)
    .setAudience(token_uri)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ASSERTION_SECONDS)
    .sign(createPrivateKey(private_key));
  const asked = new URLSearchParams({ grant_type: GRANT, assertion });
  const { status, body } = await postToProvider(token_uri, {}, asked);
  const { access_token: given, expires_in: seconds } = (body ?? {}) as Record<string, unknown>;
  if (status !== 200 || typeof given !== 'string') {
    throw new Error(`no access token for FCM: ${status}`);
  }
  const lasts = typeof seconds === 'number' ? seconds : ASSERTION_SECONDS;
  return { token: given, validMs: Math.max(0, lasts - SPARE_SECONDS) * 1_000 };
}

/** All values of `data` must be strings. */
const messageOf = (content: PushContent) => {
  const { title, body, ...souk } = content;
  const data = Object.fromEntries(Object.entries(souk).map(([name, it]) => [name, String(it)]));
  const isShown = content.type === 'SHOW';
  return {
    data,
    ...(isShown ? { notification: { title, body } } : {}),
    android: {
      collapse_key: content.notificationId,
      ttl: `${KEPT_SECONDS}s`,
      priority: isShown ? 'HIGH' : 'NORMAL',
      // A later message about the same notice replaces it.
      ...(isShown ? { notification: { tag: content.notificationId } } : {}),
    },
  };
};

function outcomeOf({ status, retryAfter, body }: ProviderAnswer): PushOutcome {
  if (status === 200) return { result: 'SENT' };
  const code = errorCodeIn(body);
  const why = `FCM answered ${status} ${code}`.trim();
  if (code === 'UNREGISTERED') return { result: 'GONE' };
  if (status === 401 || status === 429 || status >= 500) {
    return { result: 'LATER', afterSeconds: retryAfter, why };
  }
  // No such project, a token of another account, no right to send: these concern us, not the device.
  if (status === 403 || status === 404) return { result: 'MISCONFIGURED', why };
  return { result: 'REFUSED', why };
}

function errorCodeIn(body: unknown): string {
  const { error } = (body ?? {}) as {
    error?: { status?: unknown; details?: readonly { errorCode?: unknown }[] };
  };
  const details = Array.isArray(error?.details) ? error.details : [];
  const code = details.find(({ errorCode }) => typeof errorCode === 'string')?.errorCode;
  return String(code ?? error?.status ?? '');
}
