import { badInput, checkAll, HOUR_MS, isIdOf, notFound } from '@souk/runtime/domain';
import { countUse } from '@souk/runtime/persistence';
import {
  checkedEventTypes,
  MAX_ENDPOINTS,
  MOST_REPLAYED,
  REPLAYABLE_DAYS,
  REPLAYS,
  TWO_SECRETS_HOURS,
  type WebhookEndpoint,
} from '../domain/webhook.ts';
import { isSeller } from '../domain/webhook-owner.ts';
import { assertOutsideUrl } from '../outbound/outside-url.ts';
import type { Stores } from '../persistence/stores.ts';
import { newWebhookSecret } from '../webhooks/sign-webhook.ts';
import type { Actor, NotificationsDeps } from './deps.ts';

export interface WebhookEndpointInput {
  url: URL | string;
  label?: string | null | undefined;
  eventTypes: readonly string[];
  /** The seller that it belongs to; if left out, it is the person's own. */
  sellerId?: string | null | undefined;
  enabled?: boolean | null | undefined;
}

/** Its secret is shown once, to the person who created or changed it, and never again. */
export interface ShownSecret {
  id: string;
  secret: string | null;
  replayed: boolean;
}

/**
 * Whether a person may see and change the endpoints of an owner: their own, and those of sellers they manage.
 */
export const mayManage = async (
  { sellerStaff }: Pick<Stores, 'sellerStaff'>,
  userId: string,
  ownerId: string,
): Promise<boolean> =>
  isSeller(ownerId) ? (await sellerStaff.managersOf(ownerId)).includes(userId) : ownerId === userId;

/** Refuses a seller that the person does not manage; without one, it is their own. */
export async function assertManagesSeller(
  stores: Pick<Stores, 'sellerStaff'>,
  userId: string,
  sellerId: string | null,
): Promise<void> {
  if (sellerId === null || (await mayManage(stores, userId, sellerId))) return;
  throw notFound('Seller', ['input', 'sellerId']);
}

/**
 * The checks of the form that need no reads; addresses of our own network are refused only if they are known
 * as such.
 */
export const checkWebhookForm = (
  { url, eventTypes }: WebhookEndpointInput,
  allowPrivate = true,
): void => {
  checkAll({
    url: () => assertOutsideUrl(String(url), { allowPrivate, path: ['input', 'url'] }),
    eventTypes: () => checkedEventTypes(eventTypes),
  });
};

/** Sends events to an address from now on. */
export async function createWebhookEndpoint(
  deps: NotificationsDeps,
  { userId }: Actor,
  { input, idempotencyKey: key }: { input: WebhookEndpointInput; idempotencyKey: string },
): Promise<ShownSecret> {
  checkWebhookForm(input, deps.allowPrivate);
  const { label = null, enabled, sellerId } = input;
  const url = String(input.url);
  const ownerId = sellerId ?? userId;
  return deps.transaction(async (stores) => {
    const { webhookEndpoints, idempotency } = stores;
    await assertManagesSeller(stores, userId, sellerId ?? null);
    const secret = newWebhookSecret();
    const request = { scope: `createWebhookEndpoint:${userId}`, key, input, path: [KEY] };
    const { result: id, replayed } = await idempotency.once(request, async () => {
      await webhookEndpoints.lockOwner(ownerId);
      if ((await webhookEndpoints.count(ownerId)) >= MAX_ENDPOINTS) {
        throw badInput(`At most ${MAX_ENDPOINTS} endpoints.`, ['input']);
      }
      const id = deps.newId('whe');
      await webhookEndpoints.insert({
        id,
        ownerId,
        url,
        label,
        enabled: enabled ?? true,
        createdAt: deps.clock(),
        responsibleId: userId,
        eventTypes: checkedEventTypes(input.eventTypes),
        secret: deps.sealValue('notifications', secret),
      });
      return id;
    });
    return { id, secret: replayed ? null : secret, replayed };
  });
}

const KEY = 'idempotencyKey';

/** Changes an endpoint; when it is switched on, its earlier failures no longer count. */
export async function updateWebhookEndpoint(
  deps: NotificationsDeps,
  actor: Actor,
  { webhookEndpointId, input }: { webhookEndpointId: string; input: WebhookEndpointInput },
): Promise<void> {
  checkWebhookForm(input, deps.allowPrivate);
  await deps.transaction(async (stores) => {
    const { id, ownerId, ...before } = await ownEndpoint(stores, actor, webhookEndpointId);
    if (input.sellerId != null && input.sellerId !== ownerId) {
      throw badInput('The owner of an endpoint cannot change.', ['input', 'sellerId']);
    }
    const { label = null } = input;
    const url = String(input.url);
    const enabled = input.enabled ?? before.enabled;
    const eventTypes = checkedEventTypes(input.eventTypes);
    await stores.webhookEndpoints.update(id, {
      url,
      label,
      eventTypes,
      enabled,
      responsibleId: actor.userId,
    });
    if (!enabled) await stores.webhookAttempts.suppressOf(id);
  });
}

/** Gives an endpoint a new secret; for a day, events are also signed with the previous one. */
export const rotateWebhookSecret = (
  deps: NotificationsDeps,
  actor: Actor,
  { webhookEndpointId, idempotencyKey: key }: { webhookEndpointId: string; idempotencyKey: string },
): Promise<ShownSecret> =>
  deps.transaction(async (stores) => {
    const { id } = await ownEndpoint(stores, actor, webhookEndpointId);
    const secret = newWebhookSecret();
    const scope = `rotateWebhookSecret:${actor.userId}`;
    const request = { scope, key, input: { webhookEndpointId }, path: [KEY] };
    const { replayed } = await stores.idempotency.once(request, async () => {
      const before = await stores.webhookEndpoints.secretsOf(id);
      await stores.webhookEndpoints.setSecrets(id, {
        secret: deps.sealValue('notifications', secret),
        formerSecret: before?.secret ?? null,
        formerUntil: new Date(deps.clock().getTime() + TWO_SECRETS_HOURS * HOUR_MS),
      });
      return null;
    });
    return { id, secret: replayed ? null : secret, replayed };
  });

/** Deletes an endpoint and the record of what was sent to it. */
export const deleteWebhookEndpoint = (
  { transaction }: NotificationsDeps,
  actor: Actor,
  webhookEndpointId: string,
): Promise<void> =>
  transaction(async (stores) => {
    const { id } = await ownEndpoint(stores, actor, webhookEndpointId);
    await stores.webhookEndpoints.delete(id);
  });

interface Between {
  since: Date;
  until?: Date | null | undefined;
}

/** Refuses a period for which nothing is stored, or that ends before it starts. */
export const checkReplay = ({ since, until }: Between, now: Date): void => {
  checkAll({
    since: () => {
      const oldest = now.getTime() - REPLAYABLE_DAYS * 24 * HOUR_MS;
      if (since.getTime() < oldest) {
        throw badInput(`Events are kept for ${REPLAYABLE_DAYS} days.`, ['since']);
      }
    },
    until: () => {
      if (until && until <= since) throw badInput('The end must be after the start.', ['until']);
    },
  });
};

/** Sends the events of a period again with the same ids; returns how many there are. */
export async function replayWebhooks(
  { transaction, clock }: NotificationsDeps,
  actor: Actor,
  { webhookEndpointId, ...between }: Between & { webhookEndpointId: string },
): Promise<number> {
  const now = clock();
  checkReplay(between, now);
  const { since, until } = { ...between, until: between.until ?? now };
  return transaction(async (stores) => {
    const { id, ownerId, enabled } = await ownEndpoint(stores, actor, webhookEndpointId);
    if (!enabled) throw badInput('It is switched off.', ['webhookEndpointId']);
    await countUse(stores.quotas, ownerId, {
      rule: 'webhook-replays',
      quota: REPLAYS,
      points: 1,
      now,
    });
    return stores.webhookAttempts.replay(id, { since, until, limit: MOST_REPLAYED }, now);
  });
}

/** An endpoint that the person may see and change. */
export async function ownEndpoint(
  stores: Pick<Stores, 'webhookEndpoints' | 'sellerStaff'>,
  { userId }: Pick<Actor, 'userId'>,
  id: string,
): Promise<WebhookEndpoint> {
  const endpoint = isIdOf('whe', id) ? await stores.webhookEndpoints.find(id) : null;
  if (!endpoint || !(await mayManage(stores, userId, endpoint.ownerId))) {
    throw notFound('WebhookEndpoint', ['webhookEndpointId']);
  }
  return endpoint;
}
