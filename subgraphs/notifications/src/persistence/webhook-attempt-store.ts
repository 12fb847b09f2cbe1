import { cutText } from '@souk/runtime/domain';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { WebhookAttempt } from '../domain/webhook.ts';
import { type Claim, heldBy } from './claim.ts';
import type { Db } from './client.ts';

/** An event to send to an endpoint. */
export interface NewWebhookAttempt {
  id: string;
  endpointId: string;
  ownerId: string;
  eventId: string;
  eventType: string;
  /** The body that is sent, exactly as it is signed. */
  body: string;
  /** Events of one stream are sent in its order. */
  stream: string;
  sequence: number;
  occurredAt: Date;
  /** False if the endpoint is switched off: the event is stored, so that it can be sent later. */
  status: 'PENDING' | 'SUPPRESSED';
}

export interface ClaimedWebhook extends Claim {
  endpointId: string;
  eventId: string;
  body: string;
  attempts: number;
}

export type WebhookStatus = WebhookAttempt['status'];

export interface WebhookAttemptStore {
  /** One for each endpoint and event, however often we hear of it. */
  insert(attempts: readonly NewWebhookAttempt[], at: Date): Promise<void>;
  /** Claims it for this caller until then; null if it is not its turn, or if somebody else has claimed it. */
  claim(id: string, now: Date, until: Date): Promise<ClaimedWebhook | null>;
  /** False if the caller no longer holds it: somebody else sends it, or it is no longer to be sent. */
  finish(
    claim: Claim,
    outcome: { status: Exclude<WebhookStatus, 'PENDING'>; at: Date } & Answered,
  ): Promise<boolean>;
  /** Releases it after a failed attempt; false if the caller no longer holds it. */
  giveBack(claim: Claim, why: { dueAt: Date } & Answered): Promise<boolean>;
  /** Releases it without an attempt: nothing is sent to its endpoint before then. */
  markWaiting(claim: Claim, dueAt: Date): Promise<void>;
  /** Suppresses what waits for an endpoint that is switched off. */
  suppressOf(endpointId: string): Promise<void>;
  /** A few due events of each endpoint, so that none takes all the time. */
  due(now: Date, limit: number): Promise<{ id: string; dueAt: Date }[]>;
  /** The next event for the endpoint of this one. */
  dueAfter(id: string, now: Date): Promise<{ id: string; dueAt: Date } | null>;
  postpone(ids: readonly string[], to: { queuedAt: Date; dueAt: Date }): Promise<void>;
  /** Queues the events of this period again, at most this many; returns how many. */
  replay(
    endpointId: string,
    between: { since: Date; until: Date; limit: number },
    at: Date,
  ): Promise<number>;
  findMany(ids: readonly string[]): Promise<WebhookAttempt[]>;
  page(
    of: { endpointId: string; status: WebhookStatus | null },
    page: { before: string | null; limit: number },
  ): Promise<WebhookAttempt[]>;
}

interface Answered {
  responseStatus: number | null;
  error?: string | null;
}

/** At most this many events of one endpoint are sent at a time. */
const AT_ONCE = 4;

/**
 * Events of one stream are sent to an endpoint in order: none before earlier ones that wait. A replay is no
 * exception; an event that we hear of late is sent at once, with its place in the stream.
 */
const isNext = Prisma.sql`NOT EXISTS (
  SELECT 1 FROM webhook_attempt earlier
  WHERE earlier.endpoint_id = hook.endpoint_id AND earlier.stream = hook.stream
    AND earlier.status = 'PENDING' AND earlier.sequence < hook.sequence)`;

const SHOWN = {
  id: true,
  endpointId: true,
  ownerId: true,
  eventId: true,
  eventType: true,
  status: true,
  attempts: true,
  responseStatus: true,
  dueAt: true,
  createdAt: true,
  deliveredAt: true,
} as const;

export const createWebhookAttemptStore = (db: Db): WebhookAttemptStore => {
  const { webhookAttempt } = db;
  return {
    insert: async (attempts, at) => {
      await webhookAttempt.createMany({
        data: attempts.map((attempt) => ({ ...attempt, createdAt: at, dueAt: at })),
        skipDuplicates: true,
      });
    },
    claim: async (id, now, until) => {
      const [row] = await db.$queryRaw<ClaimedWebhook[]>`
        UPDATE webhook_attempt hook
        SET claimed_until = ${until}, attempts = attempts + 1, due_at = ${until}
        WHERE id = ${id} AND status = 'PENDING' AND (claimed_until IS NULL OR claimed_until < ${now})
          AND ${isNext}
        RETURNING id, endpoint_id AS "endpointId", event_id AS "eventId", body, attempts,
          claimed_until AS "claimedUntil"`;
      return row ?? null;
    },
    finish: async (claim, { status, at, responseStatus, error }) => {
      const { count } = await webhookAttempt.updateMany({
        where: heldBy(claim),
        data: {
          status,
          responseStatus,
          claimedUntil: null,
          lastError: error ? cutText(error, 500) : null,
          ...(status === 'DELIVERED' ? { deliveredAt: at } : {}),
        },
      });
      return count > 0;
    },
    giveBack: async (claim, { dueAt, responseStatus, error }) => {
      const { count } = await webhookAttempt.updateMany({
        where: heldBy(claim),
        data: {
          dueAt,
          responseStatus,
          claimedUntil: null,
          lastError: error ? cutText(error, 500) : null,
        },
      });
      return count > 0;
    },
    markWaiting: async ({ id, claimedUntil }, dueAt) => {
      await db.$executeRaw`
        UPDATE webhook_attempt SET attempts = attempts - 1, claimed_until = NULL, due_at = ${dueAt}
        WHERE id = ${id} AND claimed_until = ${claimedUntil} AND status = 'PENDING'`;
    },
    suppressOf: async (endpointId) => {
      await webhookAttempt.updateMany({
        where: { endpointId, status: 'PENDING' },
        data: { status: 'SUPPRESSED', claimedUntil: null },
      });
    },
    due: (now, limit) => db.$queryRaw`
      SELECT id, due_at AS "dueAt" FROM (
        SELECT hook.id, hook.due_at,
          row_number() OVER (PARTITION BY hook.endpoint_id ORDER BY hook.due_at, hook.id) AS nth
        FROM webhook_attempt hook
        WHERE hook.status = 'PENDING' AND hook.due_at <= ${now} AND ${isNext}) waiting
      WHERE nth <= ${AT_ONCE} ORDER BY due_at LIMIT ${limit}`,
    dueAfter: async (id, now) => {
      const [next] = await db.$queryRaw<{ id: string; dueAt: Date }[]>`
        SELECT hook.id, hook.due_at AS "dueAt" FROM webhook_attempt before
        JOIN webhook_attempt hook ON hook.endpoint_id = before.endpoint_id
        WHERE before.id = ${id} AND hook.status = 'PENDING' AND hook.due_at <= ${now} AND ${isNext}
        ORDER BY hook.due_at, hook.id LIMIT 1`;
      return next ?? null;
    },
    postpone: async (ids, { queuedAt, dueAt }) => {
      await webhookAttempt.updateMany({
        where: { id: { in: [...ids] }, status: 'PENDING', dueAt: { lte: queuedAt } },
        data: { dueAt },
      });
    },
    replay: (endpointId, { since, until, limit }, at) =>
      db.$executeRaw`
        UPDATE webhook_attempt SET status = 'PENDING', attempts = 0, due_at = ${at},
          claimed_until = NULL, last_error = NULL
        WHERE id IN (SELECT id FROM webhook_attempt
          WHERE endpoint_id = ${endpointId} AND status <> 'PENDING'
            AND occurred_at >= ${since} AND occurred_at <= ${until}
          ORDER BY occurred_at LIMIT ${limit})`,
    findMany: async (ids) =>
      asAttempts(await webhookAttempt.findMany({ where: { id: { in: [...ids] } }, select: SHOWN })),
    page: async ({ endpointId, status }, { before, limit }) =>
      asAttempts(
        await webhookAttempt.findMany({
          where: {
            endpointId,
            ...(status === null ? {} : { status }),
            ...(before === null ? {} : { id: { lt: before } }),
          },
          orderBy: { id: 'desc' },
          take: limit,
          select: SHOWN,
        }),
      ),
  };
};

const asAttempts = (rows: readonly (Omit<WebhookAttempt, 'status'> & { status: string })[]) =>
  rows.map((row): WebhookAttempt => ({ ...row, status: row.status as WebhookStatus }));
