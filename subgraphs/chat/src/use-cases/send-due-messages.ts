import { accountSuspended, DomainError } from '@souk/runtime/domain';
import { oneByOne } from '@souk/runtime/process';
import type { ScheduledMessage } from '../domain/later.ts';
import type { SettledMessage } from '../persistence/scheduled-message-store.ts';
import type { ChatDeps } from './deps.ts';
import { announceScheduled } from './schedule-message.ts';
import { sendAs } from './send-message.ts';

const AT_ONCE = 50;
/** What a worker that died had taken goes to the next one. */
const CLAIM_MS = 60_000;
/** Failures of our own are retried for this long. */
const GIVE_UP_MS = 3_600_000;
/** The pause when it is unknown how long a message must be held back. */
const RETRY_MS = 10_000;

/** It is posted as if its author posted it now; their client's id prevents posting it twice. */
export async function sendDueMessages(deps: ChatDeps): Promise<number> {
  const { transaction, clock } = deps;
  const at = clock();
  const due = await transaction(({ scheduledMessages }) =>
    scheduledMessages.claimDue(at, new Date(at.getTime() + CLAIM_MS), AT_ONCE),
  );
  await oneByOne(due, (scheduled) => send(deps, scheduled));
  return due.length;
}

async function send(deps: ChatDeps, scheduled: ScheduledMessage): Promise<void> {
  const { id, userId, roomId, clientMessageId, text, rootId: threadOfId } = scheduled;
  const author = { userId, isStaff: scheduled.asStaff };
  const input = { roomId, clientMessageId, text, threadOfId };
  const settle = (result: SettledMessage) =>
    deps.transaction(async (stores) => {
      if (await stores.scheduledMessages.settle(id, result, deps.clock()))
        await announceScheduled(stores, scheduled);
    });
  try {
    // A worker that died may have posted it without recording that.
    const sent = await deps.reads.messages.findSent(roomId, userId, clientMessageId);
    const isSilenced = !sent && (await deps.reads.suspensions.isSuspended(userId, deps.clock()));
    if (isSilenced) throw accountSuspended();
    const message = sent ?? (await sendAs(deps, author, input)).message;
    await settle({ status: 'SENT', failure: null, messageId: message.id });
  } catch (error) {
    if (!(error instanceof DomainError)) {
      const isHopeless = deps.clock().getTime() - scheduled.sendAt.getTime() > GIVE_UP_MS;
      const failure = 'INTERNAL_SERVER_ERROR';
      if (isHopeless) await settle({ status: 'FAILED', failure, messageId: null });
      throw error;
    }
    const until = mayPassAt(error, deps.clock());
    if (until) {
      await deps.transaction(({ scheduledMessages }) => scheduledMessages.postpone(id, until));
    } else {
      await settle({ status: 'FAILED', failure: error.code, messageId: null });
    }
  }
}

/** When the obstacle to a message may be gone; null when that is not for a while. */
function mayPassAt({ code, data }: DomainError, now: Date): Date | null {
  const soon = new Date(now.getTime() + RETRY_MS);
  switch (code) {
    case 'ROOM_SLOW_MODE':
      return data.retryAt instanceof Date ? data.retryAt : soon;
    case 'RATE_LIMITED': {
      const { retryAfterSeconds } = data;
      const isKnown = typeof retryAfterSeconds === 'number';
      return isKnown ? new Date(now.getTime() + retryAfterSeconds * 1_000) : soon;
    }
    case 'SERVICE_UNAVAILABLE':
      return soon;
    default:
      return null;
  }
}
