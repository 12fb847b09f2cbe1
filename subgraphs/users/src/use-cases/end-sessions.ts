import { setTimeout as delay } from 'node:timers/promises';
import { type TransactionTools, userStream } from '@souk/runtime/events';
import { LIST_COMPLETE_MS } from '@souk/runtime/identity';
import { failureFields } from '@souk/runtime/persistence';
import { warnCounted } from '@souk/runtime/process';
import type { SessionEndReason } from '../domain/session.ts';
import type { SessionsOf } from '../persistence/session-store.ts';
import type { Stores } from '../persistence/stores.ts';
import type { UsersDeps } from './deps.ts';

/** Milliseconds between two tries to put a session on the list. */
const RETRY_MS = 50;

/** Ends sessions of an account in the surrounding transaction, and records it for each. */
export async function endSessions(
  { sessions, events }: Stores & TransactionTools,
  of: SessionsOf,
  reason: SessionEndReason,
  now: Date,
): Promise<string[]> {
  const ended = await sessions.end(of, reason, now);
  await events.appendAll(
    ended.map((sessionId) => ({
      type: 'users.SessionRevoked' as const,
      stream: userStream(of.accountId),
      payload: { userId: of.accountId, sessionId, reason },
    })),
  );
  return ended;
}

/**
 * After commit: access tokens that are still alive stop counting at the gateways at once. While Redis
 * is away it waits until nobody says any more that the list is complete: from then on gateways ask
 * for the rows, so whoever hears that a session has ended can rely on it.
 */
export async function announceEnded(
  { endedSessions, logger }: Pick<UsersDeps, 'endedSessions' | 'logger'>,
  sessionIds: readonly string[],
): Promise<void> {
  const until = performance.now() + LIST_COMPLETE_MS;
  for (;;) {
    try {
      await Promise.all(sessionIds.map((id) => endedSessions.add(id)));
      return;
    } catch (err) {
      if (performance.now() > until) {
        warnCounted(logger, 'ended sessions are not on the list yet', failureFields(err));
        return;
      }
    }
    await delay(RETRY_MS);
  }
}
