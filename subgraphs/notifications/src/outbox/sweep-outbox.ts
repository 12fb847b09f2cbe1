import type { JobQueues } from '@souk/runtime/backplane';
import type { Clock } from '@souk/runtime/domain';

/** A row of an outbox whose time has come. */
export interface DueRow {
  id: string;
  dueAt: Date;
}

/** Rows that wait to be sent, and the queue on which jobs stand for them. */
export interface Outbox {
  queue: string;
  due(now: Date, limit: number): Promise<DueRow[]>;
  /**
   * They are on the queue now, and looked for anew only then; but for those that were sent or refused
   * already since, and say themselves when.
   */
  postpone(ids: readonly string[], to: { queuedAt: Date; dueAt: Date }): Promise<void>;
}

const AT_ONCE = 500;
/** A row put on the queue is left alone for this long. */
const NEXT_ROUND_MS = 5 * 60_000;

/**
 * Puts rows on their queue. The round is part of a job's name: within one the queue drops repeats, while
 * a later round, named after the time it is due, is a job of its own even when the first one died.
 */
export const enqueueRows = (
  jobs: Pick<JobQueues, 'add'>,
  queue: string,
  rows: readonly { id: string; round: number }[],
): Promise<void> =>
  jobs.add(
    queue,
    rows.map(({ id, round }) => ({ id: `${id}.${round}`, name: 'send', data: { id } })),
  );

/** Puts what is due of an outbox on its queue: what waited, and what was left behind. */
export async function sweepOutbox(
  { queue, due, postpone }: Outbox,
  { jobs, clock }: { jobs: Pick<JobQueues, 'add'>; clock: Clock },
): Promise<void> {
  const now = clock();
  const rows = await due(now, AT_ONCE);
  await enqueueDue({ queue, postpone }, { jobs, now }, rows);
}

/** Puts these rows on the queue. */
export async function enqueueDue(
  { queue, postpone }: Pick<Outbox, 'queue' | 'postpone'>,
  { jobs, now }: { jobs: Pick<JobQueues, 'add'>; now: Date },
  rows: readonly DueRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await enqueueRows(
    jobs,
    queue,
    rows.map(({ id, dueAt }) => ({ id, round: dueAt.getTime() })),
  );
  const dueAt = new Date(now.getTime() + NEXT_ROUND_MS);
  await postpone(
    rows.map(({ id }) => id),
    { queuedAt: now, dueAt },
  );
}
