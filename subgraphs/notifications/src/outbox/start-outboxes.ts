import { type JobQueues, type JobWorker, repeatWork } from '@souk/runtime/backplane';
import { DAY_MS } from '@souk/runtime/domain';
import { MAIL_QUEUE } from '@souk/runtime/events';
import type { Logger } from '@souk/runtime/process';
import { MAILS_AT_ONCE } from '../mail/mail-transport.ts';
import { type ResealDeps, resealSecrets } from '../use-cases/reseal-secrets.ts';
import { type SendEmailDeps, sendEmail } from '../use-cases/send-email.ts';
import { type SendPushDeps, sendPush } from '../use-cases/send-push.ts';
import { type SendSmsDeps, sendSms } from '../use-cases/send-sms.ts';
import { type SendWebhookDeps, sendWebhook } from '../use-cases/send-webhook.ts';
import { wakeNotices } from '../use-cases/wake-notices.ts';
import { type DueRow, enqueueDue, type Outbox, sweepOutbox } from './sweep-outbox.ts';

export interface OutboxesOptions
  extends SendEmailDeps,
    SendPushDeps,
    SendSmsDeps,
    SendWebhookDeps,
    ResealDeps {
  jobs: JobQueues;
  logger: Logger;
  /** How often outboxes are checked for due rows. */
  sweepMs?: number;
}

/** Messages to devices, each by its id. */
const PUSH_QUEUE = 'push';
/** Text messages, each by its id. */
const SMS_QUEUE = 'sms';
/** Events to webhooks, each by its id. */
const WEBHOOK_QUEUE = 'webhook';
const SWEEP_MS = 30_000;
/** Webhooks receive events within a second or two; so do people who wait for a code, or test a device. */
const SOON_MS = 1_000;

/** Sends what is on the queues of mails and devices, and enqueues rows that are due or were left behind. */
export function startOutboxes(options: OutboxesOptions): JobWorker {
  const { jobs, stores, clock, transport, logger, sweepMs = SWEEP_MS } = options;
  const { emails, pushes, texts, webhookAttempts } = stores;
  /** Sends what is on the queue of an outbox and, after each row, those that waited for it. */
  const sendInOrder = (
    outbox: Outbox,
    store: { dueAfter(id: string, now: Date): Promise<DueRow | null> },
    { send, concurrency }: { send: (id: string) => Promise<void>; concurrency: number },
  ): JobWorker =>
    jobs.work(
      outbox.queue,
      async ({ data }) => {
        const id = idIn(data);
        await send(id);
        const now = clock();
        const next = await store.dueAfter(id, now);
        if (next) await enqueueDue(outbox, { jobs, now }, [next]);
      },
      { concurrency },
    );
  const mails: Outbox = { queue: MAIL_QUEUE, due: emails.due, postpone: emails.postpone };
  const mailing = sendInOrder(mails, emails, {
    send: (id) => sendEmail(options, id),
    concurrency: MAILS_AT_ONCE,
  });
  const showing: Outbox = { queue: PUSH_QUEUE, due: pushes.due, postpone: pushes.postpone };
  const pushing = jobs.work(PUSH_QUEUE, ({ data }) => sendPush(options, idIn(data)), {
    concurrency: 8,
  });
  const ringing: Outbox = { queue: SMS_QUEUE, due: texts.due, postpone: texts.postpone };
  const texting = jobs.work(SMS_QUEUE, ({ data }) => sendSms(options, idIn(data)), {
    concurrency: 4,
  });
  const calling: Outbox = {
    queue: WEBHOOK_QUEUE,
    due: webhookAttempts.due,
    postpone: webhookAttempts.postpone,
  };
  const hooking = sendInOrder(calling, webhookAttempts, {
    send: (id) => sendWebhook(options, id),
    concurrency: 8,
  });
  const sweeps = (
    [
      [calling, 'events that programs wait for'],
      [mails, 'mails that are due'],
      [ringing, 'text messages that are due'],
      [showing, 'what devices are to show'],
    ] as const
  ).map(([outbox, what]) => ({
    everyMs: Math.min(sweepMs, SOON_MS),
    round: () => sweepOutbox(outbox, options),
    failure: `could not look for ${what}`,
  }));
  const sweeping = repeatWork(
    [
      {
        everyMs: DAY_MS,
        atOnce: true,
        round: () => resealSecrets(options),
        failure: 'could not seal what is kept by the newest key',
      },
      ...sweeps,
      {
        everyMs: sweepMs,
        round: async () => {
          while (await wakeNotices(options));
        },
        failure: 'could not bring snoozed notices back',
      },
    ],
    logger,
  );
  return {
    close: async (graceMs) => {
      await Promise.all([
        mailing.close(graceMs),
        pushing.close(graceMs),
        texting.close(graceMs),
        hooking.close(graceMs),
        sweeping.close(),
      ]);
      options.push.close?.();
      await transport.close();
    },
  };
}

/** Jobs of the previous release have the kind before the id. */
const idIn = (data: unknown): string => {
  const { id, emailId } = data as { id?: string; emailId?: string };
  return id ?? emailId ?? '';
};
