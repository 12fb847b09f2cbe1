import { type JobWorker, repeatWork } from '@souk/runtime/backplane';
import type { Logger } from '@souk/runtime/process';
import { deleteOldMessages } from '../use-cases/delete-old-messages.ts';
import type { ChatDeps } from '../use-cases/deps.ts';
import { finishOverdueMessages } from '../use-cases/finish-message.ts';
import { sendDueMessages } from '../use-cases/send-due-messages.ts';
import { remindOfMessages } from '../use-cases/set-reminder.ts';

/** Interval of checks for expired presence leases, and for messages to which nothing is appended any more. */
const SWEEP_MS = 5_000;
/** Interval of checks for messages older than their room keeps them. */
const RETENTION_MS = 60_000;
/** Interval of checks for scheduled messages and reminders that are due. */
const DUE_MS = 1_000;

/** What chat does in the background besides its consumers. */
export function keepWorking(deps: ChatDeps, logger: Logger): JobWorker {
  return repeatWork(
    [
      {
        everyMs: SWEEP_MS,
        round: () => deps.connections.expire(),
        failure: 'could not sweep presence leases',
      },
      {
        everyMs: DUE_MS,
        round: () => sendDueMessages(deps),
        failure: 'could not send scheduled messages',
      },
      {
        everyMs: DUE_MS,
        round: () => remindOfMessages(deps),
        failure: 'could not remind of messages',
      },
      {
        everyMs: SWEEP_MS,
        round: (stopping) => finishOverdueMessages(deps, stopping),
        failure: 'could not finish messages that grew',
      },
      {
        everyMs: RETENTION_MS,
        round: (stopping) => deleteOldMessages(deps, stopping),
        failure: 'could not delete old messages',
      },
    ],
    logger,
  );
}
