import type { Sealed } from '@souk/runtime/events';
import { lockByName } from '@souk/runtime/persistence';
import type { WebhookEndpoint as EndpointRow } from '../__generated__/prisma/client.ts';
import type { DisabledReason, WebhookEndpoint } from '../domain/webhook.ts';
import type { WebhookEventType } from '../domain/webhook-events.ts';
import type { Db } from './client.ts';

/** The signing secrets as they are stored: sealed. The previous one also signs until then. */
export interface SealedWebhookSecrets {
  secret: Sealed<'notifications'>;
  formerSecret: Sealed<'notifications'> | null;
  formerUntil: Date | null;
}

export type NewWebhookEndpoint = Pick<
  WebhookEndpoint,
  'id' | 'ownerId' | 'responsibleId' | 'url' | 'label' | 'eventTypes' | 'enabled' | 'createdAt'
> & { secret: Sealed<'notifications'> };

export interface WebhookEndpointStore {
  /** Until the transaction ends, nobody else changes how many endpoints the owner has. */
  lockOwner(ownerId: string): Promise<void>;
  count(ownerId: string): Promise<number>;
  insert(endpoint: NewWebhookEndpoint): Promise<void>;
  /** Stores the owner's changes; when it is switched on, its failures are forgotten. */
  update(
    id: string,
    change: Pick<WebhookEndpoint, 'url' | 'label' | 'eventTypes' | 'enabled' | 'responsibleId'>,
  ): Promise<void>;
  delete(id: string): Promise<void>;
  find(id: string): Promise<WebhookEndpoint | null>;
  findMany(ids: readonly string[]): Promise<WebhookEndpoint[]>;
  /** The endpoints of one owner, newest first. */
  page(ownerId: string, page: { before: string | null; limit: number }): Promise<WebhookEndpoint[]>;
  /** The endpoints of these owners for events of this type, including those that are switched off. */
  hearing(ownerIds: readonly string[], eventType: string): Promise<WebhookEndpoint[]>;
  secretsOf(id: string): Promise<SealedWebhookSecrets | null>;
  setSecrets(id: string, secrets: SealedWebhookSecrets): Promise<void>;
  /** The secrets by endpoint, with the previous ones: at most this many, after the given id. */
  sealedAfter(
    id: string,
    limit: number,
  ): Promise<{ id: string; secrets: Sealed<'notifications'>[] }[]>;
  /** Replaces a secret, or the previous one, that is still the same. */
  reseal(
    id: string,
    before: Sealed<'notifications'>,
    after: Sealed<'notifications'>,
  ): Promise<void>;
  markSucceeded(id: string, at: Date): Promise<void>;
  /** Returns since when it has been failing, and how often. */
  markFailed(id: string, at: Date): Promise<{ failures: number; failingSince: Date } | null>;
  pause(id: string, until: Date): Promise<void>;
  /** False if it was switched off already. */
  disable(id: string, reason: DisabledReason): Promise<boolean>;
}

const WELL = { failures: 0, failingSince: null, pausedUntil: null };

export const createWebhookEndpointStore = (db: Db): WebhookEndpointStore => {
  const { webhookEndpoint } = db;
  return {
    lockOwner: async (ownerId) => {
      await lockByName(db, `webhooks:${ownerId}`);
    },
    count: (ownerId) => webhookEndpoint.count({ where: { ownerId } }),
    insert: async ({ eventTypes, ...endpoint }) => {
      await webhookEndpoint.create({ data: { ...endpoint, eventTypes: [...eventTypes] } });
    },
    update: async (id, { eventTypes, ...change }) => {
      await webhookEndpoint.update({
        where: { id },
        data: { ...change, ...WELL, eventTypes: [...eventTypes], disabledReason: null },
      });
    },
    delete: async (id) => {
      await webhookEndpoint.deleteMany({ where: { id } });
    },
    find: async (id) => {
      const row = await webhookEndpoint.findUnique({ where: { id } });
      return row && endpointOfRow(row);
    },
    findMany: async (ids) =>
      (await webhookEndpoint.findMany({ where: { id: { in: [...ids] } } })).map(endpointOfRow),
    page: async (ownerId, { before, limit }) => {
      const rows = await webhookEndpoint.findMany({
        where: { ownerId, ...(before === null ? {} : { id: { lt: before } }) },
        orderBy: { id: 'desc' },
        take: limit,
      });
      return rows.map(endpointOfRow);
    },
    hearing: async (ownerIds, eventType) => {
      const rows = await webhookEndpoint.findMany({
        where: { ownerId: { in: [...ownerIds] }, eventTypes: { has: eventType } },
      });
      return rows.map(endpointOfRow);
    },
    secretsOf: async (id) =>
      // Only sealed values are ever written there.
      (await webhookEndpoint.findUnique({
        where: { id },
        select: { secret: true, formerSecret: true, formerUntil: true },
      })) as SealedWebhookSecrets | null,
    setSecrets: async (id, data) => {
      await webhookEndpoint.update({ where: { id }, data });
    },
    sealedAfter: async (id, limit) => {
      const rows = await webhookEndpoint.findMany({
        where: { id: { gt: id } },
        orderBy: { id: 'asc' },
        take: limit,
        select: { id: true, secret: true, formerSecret: true },
      });
      return rows.map(({ id, secret, formerSecret }) => ({
        id,
        secrets: [
          secret,
          ...(formerSecret === null ? [] : [formerSecret]),
        ] as Sealed<'notifications'>[],
      }));
    },
    reseal: async (id, before, after) => {
      await webhookEndpoint.updateMany({
        where: { id, secret: before },
        data: { secret: after },
      });
      await webhookEndpoint.updateMany({
        where: { id, formerSecret: before },
        data: { formerSecret: after },
      });
    },
    markSucceeded: async (id, at) => {
      await webhookEndpoint.updateMany({ where: { id }, data: { ...WELL, lastDeliveredAt: at } });
    },
    markFailed: async (id, at) => {
      const [row] = await db.$queryRaw<{ failures: number; failingSince: Date }[]>`
        UPDATE webhook_endpoint SET failures = failures + 1,
          failing_since = coalesce(failing_since, ${at}::timestamptz)
        WHERE id = ${id} RETURNING failures, failing_since AS "failingSince"`;
      return row ?? null;
    },
    pause: async (id, pausedUntil) => {
      await webhookEndpoint.updateMany({ where: { id }, data: { pausedUntil } });
    },
    disable: async (id, disabledReason) =>
      (
        await webhookEndpoint.updateMany({
          where: { id, enabled: true },
          data: { enabled: false, disabledReason },
        })
      ).count > 0,
  };
};

const endpointOfRow = ({
  secret: _,
  formerSecret: __,
  formerUntil: ___,
  ...row
}: EndpointRow): WebhookEndpoint => ({
  ...row,
  eventTypes: row.eventTypes as WebhookEventType[],
  disabledReason: row.disabledReason as DisabledReason | null,
});
