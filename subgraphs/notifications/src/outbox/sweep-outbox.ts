import type { JobQueues } from '@souk/runtime/backplane';
import type { Clock } from '@souk/runtime/domain';

/** A due row of an outbox. */
export interface DueRow {
  id: string;
  dueAt: Date;
}

/** Rows that wait to be sent, and the queue for their jobs. */
export interface Outbox {
  queue: string;
  due(now: Date, limit: number): Promise<DueRow[]>;
  /**
   * Records that they are on the queue, so that they are enqueued again only after that time; except those
   * that were sent or refused meanwhile and have their own time.
   */
  postpone(ids: readonly string[], to: { queuedAt: Date; dueAt: Date }): Promise<void>;
}

const AT_ONCE = 500;
/** A row that was enqueued is left alone for this long. */
const NEXT_ROUND_MS = 5 * 60_000;

/**
 * Enqueues rows. The round is part of a job's name: within a round the queue drops repeats, while a later
 * round, named after its due time, is a job of its own even if the first one died.
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

/** Enqueues the due rows of an outbox: those that waited, and those that were left behind. */
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
