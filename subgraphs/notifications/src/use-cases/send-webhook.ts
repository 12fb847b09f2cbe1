import type { Clock } from '@souk/runtime/domain';
import { DAY_MS } from '@souk/runtime/domain';
import type { OpenValue, RunTransaction } from '@souk/runtime/events';
import { FAILING_DAYS, pauseAfter, type WebhookEndpoint, waitAfter } from '../domain/webhook.ts';
import { isSeller } from '../domain/webhook-owner.ts';
import { NotOutside, postOutside } from '../outbound/post-outside.ts';
import { whyOf } from '../outbound/why-of.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ClaimedWebhook } from '../persistence/webhook-attempt-store.ts';
import { signWebhook } from '../webhooks/sign-webhook.ts';
import type { NotifyDeps } from './deps.ts';
import { disableWebhook } from './disable-webhook.ts';

export interface SendWebhookDeps extends NotifyDeps {
  stores: Stores;
  transaction: RunTransaction<Stores>;
  clock: Clock;
  openValue: OpenValue;
  allowPrivate: boolean;
}

/** Longer than any request can take: a process that holds it for longer has died. */
const CLAIM_MS = 60_000;

interface Answer {
  status: number | null;
  retryAfter: number | null;
  error: string | null;
}

/**
 * Sends one event to an endpoint if it is its turn; it is sent again with the same id until it is accepted.
 */
export async function sendWebhook(deps: SendWebhookDeps, id: string): Promise<void> {
  const { stores, clock } = deps;
  const now = clock();
  const claimed = await stores.webhookAttempts.claim(id, now, new Date(now.getTime() + CLAIM_MS));
  if (!claimed) return;
  const endpoint = await stores.webhookEndpoints.find(claimed.endpointId);
  if (!endpoint) return;
  if (!endpoint.enabled) {
    const off = { status: 'SUPPRESSED', at: now, responseStatus: null } as const;
    await stores.webhookAttempts.finish(claimed, off);
    return;
  }
  if (endpoint.pausedUntil !== null && endpoint.pausedUntil > now) {
    return stores.webhookAttempts.markWaiting(claimed, endpoint.pausedUntil);
  }
  if (!(await mayHear(stores, endpoint))) {
    return deps.transaction((stores) => disableWebhook(deps, stores, endpoint, 'RIGHTS_LOST'));
  }
  await settle(deps, endpoint, claimed, await post(deps, endpoint, claimed));
}

/**
 * Whether the person who set the endpoint's URL may still see what is sent there: a seller's events are sent
 * to a URL that one of its managers chose, and not to one chosen by somebody who was removed.
 */
const mayHear = async (
  { sellerStaff }: Pick<Stores, 'sellerStaff'>,
  { ownerId, responsibleId }: WebhookEndpoint,
): Promise<boolean> =>
  !isSeller(ownerId) ||
  responsibleId === null ||
  (await sellerStaff.managersOf(ownerId)).includes(responsibleId);

async function post(
  { clock, allowPrivate, openValue, stores }: SendWebhookDeps,
  { id, url }: WebhookEndpoint,
  { eventId, body }: ClaimedWebhook,
): Promise<Answer> {
  const at = clock();
  const kept = await stores.webhookEndpoints.secretsOf(id);
  if (!kept) return { status: null, retryAfter: null, error: 'it is no more' };
  const { secret, formerSecret, formerUntil } = kept;
  const former = formerSecret !== null && formerUntil !== null && formerUntil > at;
  const sealed = former ? [secret, formerSecret] : [secret];
  let headers: Readonly<Record<string, string>>;
  try {
    headers = signWebhook(sealed.map(openValue), { id: eventId, body, at });
  } catch {
    // None of our keys decrypts it, so its owner has to create another secret.
    return { status: null, retryAfter: null, error: 'its secret cannot be opened any more' };
  }
  try {
    const { status, retryAfter } = await postOutside({ url, headers, body, allowPrivate });
    return { status, retryAfter, error: null };
  } catch (error) {
    const message = whyOf(error);
    // Details of name servers and our own network are not shown to others.
    const shown = error instanceof NotOutside ? message : 'it could not be reached';
    return { status: null, retryAfter: null, error: shown };
  }
}

const settle = (
  deps: SendWebhookDeps,
  endpoint: WebhookEndpoint,
  claimed: ClaimedWebhook,
  { status: responseStatus, retryAfter, error }: Answer,
): Promise<void> =>
  deps.transaction(async (stores) => {
    const { webhookAttempts, webhookEndpoints } = stores;
    const at = deps.clock();
    const later = (seconds: number) => new Date(at.getTime() + seconds * 1_000);
    if (responseStatus !== null && responseStatus >= 200 && responseStatus < 300) {
      const delivered = { status: 'DELIVERED', at, responseStatus } as const;
      if (!(await webhookAttempts.finish(claimed, delivered))) return undefined;
      return webhookEndpoints.markSucceeded(endpoint.id, at);
    }
    const wait = waitAfter(claimed.attempts);
    const dueAt = later(Math.max(wait ?? 0, Math.min(retryAfter ?? 0, 3_600)));
    const isWritten =
      wait === null
        ? await webhookAttempts.finish(claimed, { status: 'FAILED', at, responseStatus, error })
        : await webhookAttempts.giveBack(claimed, { dueAt, responseStatus, error });
    if (!isWritten) return undefined;
    if (responseStatus === 410) return disableWebhook(deps, stores, endpoint, 'GONE');
    const failed = await webhookEndpoints.markFailed(endpoint.id, at);
    if (!failed) return undefined;
    await webhookEndpoints.pause(endpoint.id, later(pauseAfter(failed.failures)));
    if (at.getTime() - failed.failingSince.getTime() < FAILING_DAYS * DAY_MS) return undefined;
    return disableWebhook(deps, stores, endpoint, 'FAILING');
  });
