import { lockByName } from '@souk/runtime/persistence';
import type { Db } from './client.ts';

/** Which of a person's notices are settled elsewhere: up to when, by subject. */
export interface SettledSubject {
  userId: string;
  subject: string;
  settledAt: Date;
}

/** What is settled, whether we hear of that or of the occurrence itself first. */
export interface SettledSubjectStore {
  /** Until the transaction ends, nobody else creates or settles notices of this subject. */
  lock(subject: string): Promise<void>;
  note(settled: readonly SettledSubject[], notedAt: Date): Promise<void>;
  /** The people among these for whom the subject's notices of this time are settled. */
  settledFor(subject: string, userIds: readonly string[], at: Date): Promise<Set<string>>;
}

export const createSettledSubjectStore = (db: Db): SettledSubjectStore => ({
  lock: async (subject) => {
    await lockByName(db, `settled:${subject}`);
  },
  note: async (settled, notedAt) => {
    await db.$executeRaw`
      INSERT INTO settled_subject AS s (user_id, subject, settled_at, noted_at)
      SELECT *, ${notedAt}::timestamptz FROM unnest(${settled.map(({ userId }) => userId)}::text[],
        ${settled.map(({ subject }) => subject)}::text[],
        ${settled.map(({ settledAt }) => settledAt)}::timestamptz[])
      ON CONFLICT (user_id, subject) DO UPDATE SET noted_at = excluded.noted_at,
        settled_at = greatest(s.settled_at, excluded.settled_at)`;
  },
  settledFor: async (subject, userIds, at) => {
    const rows = await db.settledSubject.findMany({
      where: { subject, userId: { in: [...userIds] }, settledAt: { gte: at } },
      select: { userId: true },
    });
    return new Set(rows.map(({ userId }) => userId));
  },
});
