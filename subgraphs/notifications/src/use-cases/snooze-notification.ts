import { badInput, isIdOf, mistakesOf, notFound, throwAll } from '@souk/runtime/domain';
import { announceChanged } from './announce-changed.ts';
import { decideAgain } from './decide-again.ts';
import type { Actor, NotificationsDeps } from './deps.ts';

const YEAR_MS = 366 * 24 * 3_600_000;

export interface Snooze {
  notificationId: string;
  /** Null brings it back at once. */
  until?: Date | null | undefined;
}

function assertAhead(until: Date | null, now: Date): void {
  const ahead = until === null ? null : until.getTime() - now.getTime();
  if (ahead !== null && (ahead <= 0 || ahead > YEAR_MS)) {
    throw badInput('Must be within a year from now.', ['until']);
  }
}

/** Takes a notice out of the inbox until a given time; it waits unread, and its mails wait with it. */
export const snoozeNotification = (
  { transaction, clock }: NotificationsDeps,
  { userId }: Actor,
  { notificationId: id, until = null }: Snooze,
): Promise<void> =>
  transaction(async (stores) => {
    const [own] = isIdOf('ntf', id) ? await stores.notifications.findOwn(userId, [id]) : [];
    throwAll([
      ...(own ? [] : [notFound('Notification', ['notificationId'])]),
      ...mistakesOf(() => assertAhead(until, clock())),
    ]);
    await stores.notifications.snooze(userId, id, until);
    await decideAgain(stores, userId, ['SNOOZED'], clock());
    await announceChanged(stores, userId, [id]);
  });
