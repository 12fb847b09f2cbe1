import { cutText } from '@souk/runtime/domain';
import type { Device } from '../domain/device.ts';
import { type Claim, heldBy } from './claim.ts';
import type { Db } from './client.ts';
import {
  decideAgain,
  delayAnew,
  earlierOf,
  type OtherDelay,
  type WaitsFor,
} from './waiting-rows.ts';

export type PushAction = 'SHOW' | 'WITHDRAW';

export interface NewPush {
  id: string;
  userId: string;
  deviceId: string;
  notificationId: string;
  dueAt: Date;
}

export interface ClaimedPush extends Omit<NewPush, 'dueAt'>, Claim {
  attentiveSince: Date | null;
  action: PushAction;
  attempts: number;
}

/** The keys by which push services know this installation. */
export interface PushKeyPair {
  publicKey: string;
  privateKey: string;
}

export interface PushStore {
  keys(): Promise<PushKeyPair | null>;
  /** If several processes create keys at once, those of the first are kept; returns what is stored. */
  keepKeys(keys: PushKeyPair): Promise<PushKeyPair>;
  /** Replaces a private key that is still the same. */
  resealKeys(before: string, after: string): Promise<void>;
  /**
   * Requests that these notices are shown. One message waits for each device and notice, and shows what is
   * current when it is sent. One that is being sent is not recorded as sent before this transaction ends.
   */
  show(pushes: readonly NewPush[], at: Date): Promise<void>;
  /**
   * Requests that what these people have read, or what no longer exists, is withdrawn from where it is shown.
   */
  withdraw(userIds: readonly string[], pushes: { newId: () => string; at: Date }): Promise<void>;
  /**
   * Claims the message for this caller until then; null if it was sent, or if somebody else has claimed it.
   */
  claim(id: string, now: Date, until: Date): Promise<ClaimedPush | null>;
  /** False if the caller no longer holds it: somebody else sends it and records the result. */
  finish(
    claim: Claim,
    outcome: { status: 'SENT' | 'SUPPRESSED' | 'FAILED'; at: Date; error?: string },
  ): Promise<boolean>;
  /** Releases it after a failed attempt. */
  giveBack(claim: Claim, why: { error: string; dueAt: Date }): Promise<void>;
  /** Releases it without an attempt, because its time has not come. */
  markWaiting(claim: Claim, why: { reason: string | null; at: Date; dueAt: Date }): Promise<void>;
  /** Decides waiting messages of a person again, because what they wait for may be over. */
  decideAgain(userId: string, reasons: readonly WaitsFor[], now: Date): Promise<void>;
  /** The person has set another delay. */
  delayAnew(userId: string, other: OtherDelay): Promise<void>;
  due(now: Date, limit: number): Promise<{ id: string; dueAt: Date }[]>;
  postpone(ids: readonly string[], to: { queuedAt: Date; dueAt: Date }): Promise<void>;
  /** Whether the notice is still waiting for another device of the person. */
  isAnyPending(notificationId: string): Promise<boolean>;
  /**
   * Whether the device's service has accepted nothing since a message to show, requested before this time,
   * failed.
   */
  isRefusedSince(device: Device, moment: Date): Promise<boolean>;
}

/** One message waits to be shown for each device and notice. */
const keyOf = ({ deviceId, notificationId }: Pick<NewPush, 'deviceId' | 'notificationId'>) =>
  `${deviceId}:${notificationId}`;

/** In one transaction; what is left is withdrawn with what is read next. */
const MOST_WITHDRAWN = 500;

export const createPushStore = (db: Db): PushStore => {
  const { pushMessage } = db;
  return {
    keys: () => db.pushKeys.findFirst({ select: { publicKey: true, privateKey: true } }),
    keepKeys: async (keys) => {
      await db.pushKeys.createMany({ data: [keys], skipDuplicates: true });
      return db.pushKeys.findFirstOrThrow({ select: { publicKey: true, privateKey: true } });
    },
    resealKeys: async (before, privateKey) => {
      await db.pushKeys.updateMany({ where: { privateKey: before }, data: { privateKey } });
    },
    show: async (pushes, at) => {
      // The same order everywhere, so that two occurrences of the same notices cannot deadlock.
      const inOrder = [...pushes].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
      const column = <Field extends keyof NewPush>(field: Field) =>
        inOrder.map((push) => push[field]);
      await db.$executeRaw`
        INSERT INTO push_message (id, user_id, device_id, notification_id, due_at, action, status,
          created_at)
        SELECT *, 'SHOW', 'PENDING', ${at} FROM unnest(${column('id')}::text[],
          ${column('userId')}::text[], ${column('deviceId')}::text[],
          ${column('notificationId')}::text[], ${column('dueAt')}::timestamptz[])
        ON CONFLICT (device_id, notification_id, action) WHERE status = 'PENDING'
        DO UPDATE SET user_id = excluded.user_id, due_at = ${earlierOf('push_message')}`;
    },
    withdraw: async (userIds, { newId, at }) => {
      const shown = await db.$queryRaw<
        { userId: string; deviceId: string; notificationId: string }[]
      >`
        SELECT DISTINCT p.user_id AS "userId", p.device_id AS "deviceId",
          p.notification_id AS "notificationId"
        FROM push_message p JOIN notification n ON n.id = p.notification_id
        WHERE p.user_id = ANY(${[...userIds]}) AND p.action = 'SHOW' AND p.status = 'SENT'
          AND (n.read_at IS NOT NULL OR n.dismissed_at IS NOT NULL)
          AND NOT EXISTS (SELECT 1 FROM push_message w
            WHERE w.device_id = p.device_id AND w.notification_id = p.notification_id
              AND w.action = 'WITHDRAW' AND w.created_at >= p.sent_at)
        LIMIT ${MOST_WITHDRAWN}`;
      await pushMessage.createMany({
        data: shown.map((push) => ({
          ...{ ...push, id: newId(), action: 'WITHDRAW', status: 'PENDING' },
          createdAt: at,
          dueAt: at,
        })),
        skipDuplicates: true,
      });
    },
    claim: async (id, now, until) => {
      const [row] = await db.$queryRaw<ClaimedPush[]>`
        UPDATE push_message SET claimed_until = ${until}, attempts = attempts + 1, due_at = ${until}
        WHERE id = ${id} AND status = 'PENDING' AND (claimed_until IS NULL OR claimed_until < ${now})
        RETURNING id, user_id AS "userId", device_id AS "deviceId", action, attempts,
          notification_id AS "notificationId", attentive_since AS "attentiveSince",
          claimed_until AS "claimedUntil"`;
      return row ?? null;
    },
    finish: async (claim, { status, at, error }) => {
      const { count } = await pushMessage.updateMany({
        where: heldBy(claim),
        data: {
          status,
          claimedUntil: null,
          lastError: error ? cutText(error, 500) : null,
          ...(status === 'SENT' ? { sentAt: at } : {}),
        },
      });
      return count > 0;
    },
    giveBack: async (claim, { error, dueAt }) => {
      await pushMessage.updateMany({
        where: heldBy(claim),
        data: { claimedUntil: null, lastError: cutText(error, 500), dueAt },
      });
    },
    markWaiting: async ({ id, claimedUntil }, { reason, at, dueAt }) => {
      await db.$executeRaw`
        UPDATE push_message SET attempts = attempts - 1, last_error = ${reason},
          claimed_until = NULL, due_at = ${dueAt},
          attentive_since = CASE WHEN ${reason} = 'ATTENTIVE'
            THEN coalesce(attentive_since, ${at}::timestamptz) END
        WHERE id = ${id} AND claimed_until = ${claimedUntil} AND status = 'PENDING'`;
    },
    decideAgain: decideAgain(db, 'push_message'),
    delayAnew: delayAnew(db, 'push_message'),
    due: (now, limit) =>
      pushMessage.findMany({
        where: { status: 'PENDING', dueAt: { lte: now } },
        select: { id: true, dueAt: true },
        orderBy: { dueAt: 'asc' },
        take: limit,
      }),
    postpone: async (ids, { queuedAt, dueAt }) => {
      await pushMessage.updateMany({
        where: { id: { in: [...ids] }, status: 'PENDING', dueAt: { lte: queuedAt } },
        data: { dueAt },
      });
    },
    isAnyPending: async (notificationId) =>
      (await pushMessage.count({ where: { notificationId, action: 'SHOW', status: 'PENDING' } })) >
      0,
    isRefusedSince: async ({ id: deviceId, userId, createdAt, lastUsedAt }, moment) =>
      (await pushMessage.count({
        where: {
          userId,
          deviceId,
          status: 'FAILED',
          createdAt: { gte: lastUsedAt ?? createdAt, lt: moment },
        },
      })) > 0,
  };
};
