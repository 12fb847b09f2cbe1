import type { ActivityRecord } from '@souk/runtime/backplane';
import type { Clock } from '@souk/runtime/domain';
import { attention } from '../domain/attention.ts';
import type { MailText } from '../domain/email.ts';
import {
  decideMissedMail,
  type MissedMailDecision,
  missedMailText,
} from '../domain/missed-mail.ts';
import { messageTitle } from '../domain/notification.ts';
import type { ClaimedEmail } from '../persistence/email-store.ts';
import type { Stores } from '../persistence/stores.ts';

export interface MissedMailDeps {
  stores: Pick<Stores, 'notifications' | 'people' | 'rooms' | 'preferences'>;
  activity: ActivityRecord;
  clock: Clock;
}

/** What becomes of a mail of missed messages at this moment, and what it says if it is sent. */
export async function missedMailNow(
  { stores, activity, clock }: MissedMailDeps,
  { userId, notificationId, createdAt }: ClaimedEmail,
): Promise<MissedMailDecision & { text?: MailText }> {
  const { notifications, people, rooms, preferences } = stores;
  const gone = { kind: 'SUPPRESS', reason: 'READ_BEFORE_SEND' } as const;
  if (userId === null || notificationId === null) return gone;
  const [notice] = await notifications.findOwn(userId, [notificationId]);
  if (!notice?.roomId) return gone;
  const { roomId, actorId, body, count } = notice;
  const now = clock();
  const [isInRoom, addresses, unwilling, doings, persons, [room]] = await Promise.all([
    rooms.isIn(roomId, userId),
    people.addressesOf([userId]),
    preferences.unwilling([userId], { kind: 'MESSAGE', channel: 'EMAIL' }),
    activity.of(userId, roomId),
    people.findMany(actorId === null ? [] : [actorId]),
    rooms.findMany([roomId]),
  ]);
  const decision = decideMissedMail({
    isUnread: notice.readAt === null,
    isInRoom,
    isWanted: !unwilling.has(userId),
    address: addresses.get(userId) ?? null,
    attention: attention(doings, now),
    waitedMs: now.getTime() - createdAt.getTime(),
  });
  if (decision.kind !== 'SEND') return decision;
  const title = messageTitle(persons[0]?.displayName ?? null, room?.name ?? null);
  return { ...decision, text: missedMailText({ title, body, count }) };
}
