import type { JobQueues, JobWorker } from '@souk/runtime/backplane';
import { MAIL_QUEUE } from '@souk/runtime/events';
import { type Logger, repeatWork } from '@souk/runtime/process';
import type { SendEmailDeps } from '../use-cases/send-email.ts';
import { sendEmail } from '../use-cases/send-email.ts';
import { enqueueMail } from './queue.ts';

/** How often the outbox is searched for mails whose job was lost or used up. */
const SWEEP_MS = 30_000;
const SWEEP_BATCH = 500;
/** A mail put on the queue again is left alone for this long. */
const NEXT_ROUND_MS = 5 * 60_000;

export interface MailSenderOptions extends SendEmailDeps {
  jobs: JobQueues;
  logger: Logger;
  sweepMs?: number;
}

/** Takes mails from the queue and sends them, and puts what was left behind on the queue again. */
export function startMailSender(options: MailSenderOptions): JobWorker {
  const { jobs, stores, clock, transport, logger, sweepMs = SWEEP_MS } = options;
  const sending = jobs.work(
    MAIL_QUEUE,
    ({ data }) => sendEmail(options, (data as { emailId: string }).emailId),
    { concurrency: 4 },
  );
  const sweep = async () => {
    const now = clock();
    const due = await stores.emails.due(now, SWEEP_BATCH);
    if (due.length > 0) {
      await enqueueMail(
        jobs,
        due.map(({ id, dueAt }) => ({ id, round: dueAt.getTime() })),
      );
      const nextRound = new Date(now.getTime() + NEXT_ROUND_MS);
      await stores.emails.postpone(
        due.map(({ id }) => id),
        nextRound,
      );
    }
  };
  const sweeping = repeatWork([
    {
      everyMs: sweepMs,
      round: sweep,
      onFailure: (err) => logger.warn({ err }, 'could not look for mails left behind'),
    },
  ]);
  return {
    close: async (graceMs) => {
      await Promise.all([sending.close(graceMs), sweeping.close()]);
      await transport.close();
    },
  };
}
