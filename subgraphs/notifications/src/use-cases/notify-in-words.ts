import type { NoticeWords } from '../domain/notice-words.ts';
import { textOf } from '../domain/notice-words.ts';
import type { NotificationKind } from '../domain/notification.ts';
import type { NotificationTarget } from '../domain/notification-target.ts';
import type { NotifyDeps, TransactionStores } from './deps.ts';
import { type Exempt, notify } from './notify.ts';
import { settledFor } from './settle-subjects.ts';

/** Something to notify people of that no person wrote. */
export interface Occurrence {
  /** The event that caused it, which counts once for each person. */
  eventId: string;
  sequence: number;
  occurredAt: Date;
  kind: NotificationKind;
  words: NoticeWords;
  actorId?: string | null;
  orderId?: string | null;
  target?: NotificationTarget | null;
  /**
   * While it is unread, one entry collects everything with this subject; if left out, it is an entry of its
   * own.
   */
  subject?: string | null;
}

/** Notifies people with a text of ours, which each reads in their own language. */
export async function notifyInWords(
  deps: NotifyDeps,
  stores: TransactionStores,
  { eventId, occurredAt, words, ...occurrence }: Occurrence,
  userIds: readonly string[],
  chosen: Exempt['chosen'] = undefined,
): Promise<void> {
  const { subject = null } = occurrence;
  const readers =
    subject === null ? undefined : await settledFor(stores, subject, userIds, occurredAt);
  await notify(
    deps,
    stores,
    {
      ...{ actorId: null, orderId: null, target: null, ...occurrence, subject },
      sourceId: eventId,
      at: occurredAt,
      words,
      roomId: null,
      messageId: null,
      // The text for anything that reads the row without the translations.
      ...textOf(words, null),
    },
    userIds,
    { ...(readers ? { readers } : {}), ...(chosen ? { chosen } : {}) },
  );
}
