import type { JobQueues, JobWorker } from '@souk/runtime/backplane';
import { MAIL_QUEUE } from '@souk/runtime/events';
import { type Logger, repeatWork } from '@souk/runtime/process';
import { type SendEmailDeps, sendEmail } from '../use-cases/send-email.ts';
import { type SendPushDeps, sendPush } from '../use-cases/send-push.ts';
import { wakeNotices } from '../use-cases/wake-notices.ts';
import { enqueueDue, type Outbox, sweepOutbox } from './sweep-outbox.ts';

export interface OutboxesOptions extends SendEmailDeps, SendPushDeps {
  jobs: JobQueues;
  logger: Logger;
  /** How often outboxes are searched for what is due. */
  sweepMs?: number;
}

/** Messages to devices, each by its id. */
const PUSH_QUEUE = 'push';
const SWEEP_MS = 30_000;

/** Sends what is on the queues of mails and devices, and puts what is due, or was left behind, on them. */
export function startOutboxes(options: OutboxesOptions): JobWorker {
  const { jobs, stores, clock, transport, logger, sweepMs = SWEEP_MS } = options;
  const { emails, pushes } = stores;
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
  const showing: Outbox = { queue: PUSH_QUEUE, due: pushes.due, postpone: pushes.postpone };
  const pushing = jobs.work(PUSH_QUEUE, ({ data }) => sendPush(options, idIn(data)), {
    concurrency: 8,
  });
  const sweeping = repeatWork([
    {
      everyMs: sweepMs,
      round: () => sweepOutbox(mails, options),
      onFailure: (err) => logger.warn({ err }, 'could not look for mails that are due'),
    },
    {
      everyMs: sweepMs,
      round: () => sweepOutbox(showing, options),
      onFailure: (err) => logger.warn({ err }, 'could not look for what devices are to show'),
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
      await Promise.all([mailing.close(graceMs), pushing.close(graceMs), sweeping.close()]);
      await transport.close();
    },
  };
}

/** Jobs of the release before name the id after its kind. */
const idIn = (data: unknown): string => {
  const { id, emailId } = data as { id?: string; emailId?: string };
  return id ?? emailId ?? '';
};
