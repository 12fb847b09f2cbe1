import type { Processor, Queue, Worker } from 'bullmq';
import type { Logger } from '../process/logging.ts';
import { durationMetric } from '../telemetry/metrics.ts';
import type { JobHandler, JobQueues, JobWorker } from './backplane.ts';
import { runBullWorker } from './bullmq-worker.ts';
import { deadJobs, replayJobs } from './dead-jobs.ts';
import { checkJobId, checkQueueName } from './job-rules.ts';

/** Where BullMQ keeps its queues: Redis or PostgreSQL. Everything else is the same for both. */
export interface BullBackend {
  /** The queue, ready to take jobs; rejects quickly when its server is away. */
  openQueue(name: string): Promise<Queue>;
  openWorker(name: string, process: Processor, concurrency: number): Promise<Worker>;
  /** Called after every queue and worker is closed. */
  close(): Promise<void>;
}

export interface BullJobQueues extends JobQueues {
  close(): Promise<void>;
}

const processDuration = durationMetric({
  name: 'messaging_process_duration_seconds',
  help: 'Jobs handled, events among them, by their queue',
  labels: ['messaging_destination_name', 'outcome'],
});

const measured =
  (queue: string, handler: JobHandler): JobHandler =>
  async (job) => {
    const startedAt = performance.now();
    let outcome = 'failed';
    try {
      await handler(job);
      outcome = 'done';
    } finally {
      const labels = { messaging_destination_name: queue, outcome };
      processDuration.observe(labels, performance.now() - startedAt);
    }
  };

/** Jobs in one command to the backend. */
const BATCH = 1_000;

export const createBullJobQueues = (backend: BullBackend, logger: Logger): BullJobQueues => {
  const queues = new Map<string, Promise<Queue>>();
  const workers = new Set<JobWorker>();

  const queueNamed = async (name: string): Promise<Queue> => {
    checkQueueName(name);
    const opening = queues.get(name) ?? backend.openQueue(name);
    queues.set(name, opening);
    try {
      return await opening;
    } catch (error) {
      // A queue that could not be opened is opened again by the next call.
      if (queues.get(name) === opening) queues.delete(name);
      throw error;
    }
  };

  return {
    async add(queue, jobs) {
      for (const job of jobs) checkJobId(job.id);
      const target = await queueNamed(queue);
      for (let from = 0; from < jobs.length; from += BATCH) {
        const batch = jobs
          .slice(from, from + BATCH)
          .map(({ id, name, data, delayMs, forgetOnceDone }) => ({
            name,
            data,
            opts: {
              jobId: id,
              ...(delayMs ? { delay: delayMs } : {}),
              ...(forgetOnceDone ? { removeOnComplete: true } : {}),
            },
          }));
        await target.addBulk(batch);
      }
    },

    work(queue, handler: JobHandler, { concurrency = 1 } = {}) {
      checkQueueName(queue);
      const running = runBullWorker({
        open: (process) => backend.openWorker(queue, process, concurrency),
        handler: measured(queue, handler),
        logger: logger.child({ queue }),
      });
      const worker: JobWorker = {
        async close(graceMs) {
          await running.close(graceMs);
          workers.delete(worker);
        },
      };
      workers.add(worker);
      return worker;
    },

    dead: async (queue, limit) => deadJobs(await queueNamed(queue), limit),
    replay: async (queue, jobIds) => replayJobs(await queueNamed(queue), jobIds),
    deadCount: async (queue) => (await queueNamed(queue)).getJobCountByTypes('failed'),
    async backlog(queue) {
      const target = await queueNamed(queue);
      return target.getJobCountByTypes('waiting', 'delayed', 'active', 'prioritized');
    },

    async close() {
      await Promise.all([...workers].map((worker) => worker.close()));
      const opened = await Promise.allSettled(queues.values());
      queues.clear();
      for (const queue of opened) {
        if (queue.status === 'fulfilled') await queue.value.close().catch(() => undefined);
      }
      await backend.close();
    },
  };
};
