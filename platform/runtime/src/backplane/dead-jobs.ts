import type { Job, Queue } from 'bullmq';
import type { DeadJob } from './backplane.ts';

/** Jobs read, and jobs put back, at a time. */
const PAGE = 500;

export const deadJobs = async (queue: Queue, limit: number): Promise<DeadJob[]> => {
  if (limit < 1) return [];
  const jobs = await queue.getFailed(0, limit - 1);
  return jobs.filter(Boolean).map((job) => ({
    id: job.id ?? '',
    name: job.name,
    data: job.data,
    attempts: job.attemptsMade,
    reason: job.failedReason,
    failedAt: new Date(job.finishedOn ?? job.timestamp),
  }));
};

/**
 * Attempts are counted from the beginning. Jobs that are not dead (any more) are left alone and not counted.
 */
export const replayJobs = async (queue: Queue, jobIds?: readonly string[]): Promise<number> => {
  const ids = jobIds ?? (await idsOfDeadJobs(queue));
  let replayed = 0;
  for (let from = 0; from < ids.length; from += PAGE) {
    const page = ids.slice(from, from + PAGE);
    const done = await Promise.all(page.map((id) => replayJob(queue, id)));
    replayed += done.filter(Boolean).length;
  }
  return replayed;
};

/** All of them are read before the first is put back, so that one dying again is not replayed forever. */
const idsOfDeadJobs = async (queue: Queue): Promise<string[]> => {
  const ids: string[] = [];
  let page: Job[];
  do {
    page = await queue.getFailed(ids.length, ids.length + PAGE - 1);
    ids.push(...page.flatMap((job) => job?.id ?? []));
  } while (page.length === PAGE);
  return ids;
};

const replayJob = async (queue: Queue, id: string): Promise<boolean> => {
  const job: Job | undefined = await queue.getJob(id);
  if (!job || !(await job.isFailed())) return false;
  try {
    await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
    return true;
  } catch (error) {
    // Another process replayed the job in the meantime.
    if (await job.isFailed()) throw error;
    return false;
  }
};
