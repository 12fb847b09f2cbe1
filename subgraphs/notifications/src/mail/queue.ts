import type { JobQueues } from '@souk/runtime/backplane';
import { MAIL_QUEUE } from '@souk/runtime/events';

/**
 * Puts a mail's sending on the queue. The round is part of the job's name: within one the queue
 * drops repeats, while a later round, named after the time it is due, is a job of its own even when
 * the first one died.
 */
export const enqueueMail = (
  jobs: Pick<JobQueues, 'add'>,
  mails: readonly { id: string; round: number }[],
): Promise<void> =>
  jobs.add(
    MAIL_QUEUE,
    mails.map(({ id, round }) => ({
      id: `${id}.${round}`,
      name: 'send',
      data: { emailId: id },
    })),
  );
