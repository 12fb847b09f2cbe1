import type { NoticeWords } from '../domain/notice-words.ts';
import { textOf } from '../domain/notice-words.ts';
import type { NotificationKind } from '../domain/notification.ts';
import type { NotificationTarget } from '../domain/notification-target.ts';
import type { NotifyDeps, TransactionStores } from './deps.ts';
import { type Exempt, notify } from './notify.ts';
import { settledFor } from './settle-subjects.ts';

/** Something to notify people of that nobody wrote. */
export interface Occurrence {
  /** The event that said so: it counts once for a person. */
  eventId: string;
  sequence: number;
  occurredAt: Date;
  kind: NotificationKind;
  words: NoticeWords;
  actorId?: string | null;
  orderId?: string | null;
  target?: NotificationTarget | null;
  /** What grows one entry while it is unread; left out, it is an entry of its own. */
  subject?: string | null;
}

/** Notifies people of something in words of ours, which each reads in their own language. */
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
      // For who reads the row without knowing the words.
      ...textOf(words, null),
    },
    userIds,
    { ...(readers ? { readers } : {}), ...(chosen ? { chosen } : {}) },
  );
}
