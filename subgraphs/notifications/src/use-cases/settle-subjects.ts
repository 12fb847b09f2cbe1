import type { Clock, NewId } from '@souk/runtime/domain';
import type { SettledSubject } from '../persistence/settled-subject-store.ts';
import { announceRead, announceReadOfEach } from './announce-read.ts';
import type { TransactionStores } from './deps.ts';

/** What was answered is not asked again: whenever we hear of the question, it is settled. */
export const FOR_GOOD = new Date('9999-12-31T00:00:00Z');

export interface Settled {
  userId: string;
  subjects: readonly string[];
  /** The notices of these subjects up to then. */
  settledAt: Date;
}

/**
 * Another subgraph says that these subjects are settled for a person: their notices are marked as read. It
 * may say so before we hear of what is settled, so this is stored as well.
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

/** The same for one subject and several people, such as all who work for a seller. */
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

/** Stores what is settled; anything that creates notices of these subjects waits, and finds it. */
export async function noteSettled(
  { settledSubjects }: Pick<TransactionStores, 'settledSubjects'>,
  settled: readonly SettledSubject[],
  at: Date,
): Promise<void> {
  // The same order everywhere, so that two of them cannot deadlock.
  const subjects = [...new Set(settled.map(({ subject }) => subject))].sort();
  for (const subject of subjects) await settledSubjects.lock(subject);
  await settledSubjects.note(settled, at);
}

/**
 * The people among these for whom the subject was already settled at that time; nobody settles it meanwhile.
 */
export async function settledFor(
  { settledSubjects }: Pick<TransactionStores, 'settledSubjects'>,
  subject: string,
  userIds: readonly string[],
  at: Date,
): Promise<Set<string>> {
  await settledSubjects.lock(subject);
  return settledSubjects.settledFor(subject, userIds, at);
}
