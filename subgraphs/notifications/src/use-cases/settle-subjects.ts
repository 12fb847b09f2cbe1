import type { Clock, NewId } from '@souk/runtime/domain';
import { announceRead, announceReadOfEach } from './announce-read.ts';
import type { TransactionStores } from './deps.ts';

/** What was answered is not asked again: whenever we hear of the asking, it is settled. */
export const FOR_GOOD = new Date('9999-12-31T00:00:00Z');

export interface Settled {
  userId: string;
  subjects: readonly string[];
  /** What was of these subjects up to then. */
  settledAt: Date;
}

/**
 * Another subgraph says that these subjects are settled for somebody: their notices are read. It may say so
 * before we hear of what is settled, so it is kept as well.
 */
export async function settleSubjects(
  { clock, newId }: { clock: Clock; newId: NewId },
  stores: TransactionStores,
  { userId, subjects, settledAt }: Settled,
): Promise<void> {
  const { settledSubjects, notifications } = stores;
  const at = clock();
  // In one order everywhere, so that two of them cannot deadlock.
  const inOrder = [...subjects].sort();
  for (const subject of inOrder) await settledSubjects.lock(subject);
  await settledSubjects.note(
    inOrder.map((subject) => ({ userId, subject, settledAt })),
    at,
  );
  const read = await notifications.markRead(userId, { subjects: inOrder, settledAt }, at);
  await announceRead({ clock, newId }, stores, userId, read);
}

/** The same of one subject for several people, such as all who work for a seller. */
export async function settleSubjectForAll(
  { clock, newId }: { clock: Clock; newId: NewId },
  stores: TransactionStores,
  { userIds, subject, settledAt }: { userIds: readonly string[]; subject: string; settledAt: Date },
): Promise<void> {
  if (userIds.length === 0) return;
  const { settledSubjects, notifications } = stores;
  const at = clock();
  await settledSubjects.lock(subject);
  await settledSubjects.note(
    userIds.map((userId) => ({ userId, subject, settledAt })),
    at,
  );
  const read = await notifications.markSubjectRead(userIds, { subject, settledAt }, at);
  await announceReadOfEach({ clock, newId }, stores, read);
}

/** For whom of these people what was of a subject then is settled already; nobody settles it meanwhile. */
export async function settledFor(
  { settledSubjects }: Pick<TransactionStores, 'settledSubjects'>,
  subject: string,
  userIds: readonly string[],
  at: Date,
): Promise<Set<string>> {
  await settledSubjects.lock(subject);
  return settledSubjects.settledFor(subject, userIds, at);
}
