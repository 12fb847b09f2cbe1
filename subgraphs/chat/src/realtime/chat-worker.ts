import type { JobWorker } from '@souk/runtime/backplane';
import type { Logger } from '@souk/runtime/process';
import { deleteOldMessages } from '../use-cases/delete-old-messages.ts';
import type { ChatDeps } from '../use-cases/deps.ts';
import { sendDueMessages } from '../use-cases/send-due-messages.ts';
import { remindOfMessages } from '../use-cases/set-reminder.ts';
import { keepDoing } from './keep-doing.ts';

/** Seconds until a crashed process's people are reported as gone: lease length plus one of these. */
const SWEEP_MS = 5_000;
/** What a room keeps for days may go a minute later. */
const RETENTION_MS = 60_000;
/** What is due is looked for so often. */
const DUE_MS = 1_000;

/** What chat does in the background beside its consumers. */
export function startChatWorker(deps: ChatDeps, logger: Logger): JobWorker {
  const works = [
    keepDoing(() => deps.connections.expire(), {
      ...{ everyMs: SWEEP_MS, failure: 'could not sweep presence leases', logger },
    }),
    keepDoing(() => sendDueMessages(deps), {
      ...{ everyMs: DUE_MS, failure: 'could not send scheduled messages', logger },
    }),
    keepDoing(() => remindOfMessages(deps), {
      ...{ everyMs: DUE_MS, failure: 'could not remind of messages', logger },
    }),
    keepDoing(() => deleteOldMessages(deps), {
      ...{ everyMs: RETENTION_MS, failure: 'could not delete old messages', logger },
    }),
  ];
  return {
    close: async () => {
      await Promise.all(works.map((work) => work.close()));
    },
  };
}
