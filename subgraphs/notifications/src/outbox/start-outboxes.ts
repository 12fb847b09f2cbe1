import type { JobQueues, JobWorker } from '@souk/runtime/backplane';
import { MAIL_QUEUE } from '@souk/runtime/events';
import { type Logger, repeatWork } from '@souk/runtime/process';
import { type SendEmailDeps, sendEmail } from '../use-cases/send-email.ts';
import { wakeNotices } from '../use-cases/wake-notices.ts';
import { enqueueDue, type Outbox, sweepOutbox } from './sweep-outbox.ts';

export interface OutboxesOptions extends SendEmailDeps {
  jobs: JobQueues;
  logger: Logger;
  /** How often outboxes are searched for what is due. */
  sweepMs?: number;
}

const SWEEP_MS = 30_000;

/** Takes mails from their queue and sends them, and puts what is due, or was left behind, on it. */
export function startOutboxes(options: OutboxesOptions): JobWorker {
  const { jobs, stores, clock, transport, logger, sweepMs = SWEEP_MS } = options;
  const { emails } = stores;
  const mails: Outbox = { queue: MAIL_QUEUE, due: emails.due, postpone: emails.postpone };
  const mailing = jobs.work(
    MAIL_QUEUE,
    async ({ data }) => {
      const id = idIn(data);
      await sendEmail(options, id);
      const now = clock();
      const next = await emails.dueAfter(id, now);
      if (next) await enqueueDue(mails, { jobs, now }, [next]);
    },
    { concurrency: 4 },
  );
  const sweeping = repeatWork([
    {
      everyMs: sweepMs,
      round: () => sweepOutbox(mails, options),
      onFailure: (err) => logger.warn({ err }, 'could not look for mails that are due'),
    },
    {
      everyMs: sweepMs,
      round: async () => {
        while (await wakeNotices(options));
      },
      onFailure: (err) => logger.warn({ err }, 'could not bring snoozed notices back'),
    },
  ]);
  return {
    close: async (graceMs) => {
      await Promise.all([mailing.close(graceMs), sweeping.close()]);
      await transport.close();
    },
  };
}

/** Jobs of the release before name the id after its kind. */
const idIn = (data: unknown): string => {
  const { id, emailId } = data as { id?: string; emailId?: string };
  return id ?? emailId ?? '';
};
