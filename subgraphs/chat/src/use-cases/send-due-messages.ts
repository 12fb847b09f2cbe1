import { accountSuspended, DomainError } from '@souk/runtime/domain';
import { oneByOne } from '@souk/runtime/process';
import type { ScheduledMessage } from '../domain/later.ts';
import type { SettledMessage } from '../persistence/scheduled-message-store.ts';
import type { ChatDeps } from './deps.ts';
import { announceScheduled } from './schedule-message.ts';
import { sendMessage } from './send-message.ts';

const AT_ONCE = 50;
/** A worker that died gives what it took to the next one. */
const CLAIM_MS = 60_000;
/** What fails by a fault of ours is tried again, for so long. */
const GIVE_UP_MS = 3_600_000;
/** So long waits what is kept back for nobody knows how long. */
const RETRY_MS = 10_000;

/** It is said as its author would have said it now; their client's id lets nothing be said twice. */
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
  const author = { userId, sessionId: id, roles: [] };
  const input = { roomId, clientMessageId, text, threadOfId };
  const settle = (result: SettledMessage) =>
    deps.transaction(async (stores) => {
      if (await stores.scheduledMessages.settle(id, result, deps.clock()))
        await announceScheduled(stores, scheduled);
    });
  try {
    // A worker that died may have said it and not noted that.
    const sent = await deps.reads.messages.findSent(roomId, userId, clientMessageId);
    const isSilenced = !sent && (await deps.reads.suspensions.isSuspended(userId, deps.clock()));
    if (isSilenced) throw accountSuspended();
    const message = sent ?? (await sendMessage(deps, author, input)).message;
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

/** When what keeps a message back may be over; null where it is not for a while. */
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
