import type { Clock, NewId } from '@souk/runtime/domain';
import type { SettledSubject } from '../persistence/settled-subject-store.ts';
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
  const at = clock();
  await noteSettled(
    stores,
    subjects.map((subject) => ({ userId, subject, settledAt })),
    at,
  );
  const read = await stores.notifications.markRead(userId, { subjects, settledAt }, at);
  await announceRead({ clock, newId }, stores, userId, read);
}

/** The same of one subject for several people, such as all who work for a seller. */
export async function settleSubjectForAll(
  { clock, newId }: { clock: Clock; newId: NewId },
  stores: TransactionStores,
  { userIds, subject, settledAt }: { userIds: readonly string[]; subject: string; settledAt: Date },
): Promise<void> {
  if (userIds.length === 0) return;
  const at = clock();
  await noteSettled(
    stores,
    userIds.map((userId) => ({ userId, subject, settledAt })),
    at,
  );
  const read = await stores.notifications.markSubjectRead(userIds, { subject, settledAt }, at);
  await announceReadOfEach({ clock, newId }, stores, read);
}

/** Keeps what is settled; who raises something of these subjects waits, and finds it. */
export async function noteSettled(
  { settledSubjects }: Pick<TransactionStores, 'settledSubjects'>,
  settled: readonly SettledSubject[],
  at: Date,
): Promise<void> {
  // In one order everywhere, so that two of them cannot deadlock.
  const subjects = [...new Set(settled.map(({ subject }) => subject))].sort();
  for (const subject of subjects) await settledSubjects.lock(subject);
  await settledSubjects.note(settled, at);
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
