import type { TransactionTools } from '@souk/runtime';
import { accountStream } from '../domain/account.ts';
import type { SessionEndReason } from '../domain/session.ts';
import type { UsersStores } from '../persistence/stores.ts';
import type { UsersDeps } from './deps.ts';

/** Ends sessions of an account in the surrounding transaction, and records it for each. */
export async function endSessions(
  { sessions, events }: UsersStores & TransactionTools,
  of: { accountId: string; id?: string },
  reason: SessionEndReason,
  now: Date,
): Promise<string[]> {
  const ended = await sessions.end(of, reason, now);
  for (const sessionId of ended) {
    await events.append({
      type: 'users.SessionRevoked',
      stream: accountStream(of.accountId),
      payload: { userId: of.accountId, sessionId, reason },
    });
  }
  return ended;
}

/**
 * After commit: access tokens that are still alive stop counting at the gateways at once. When the
 * cache is away they end by themselves within ten minutes, so this is no reason to fail.
 */
export async function announceEnded(
  { endedSessions, logger }: Pick<UsersDeps, 'endedSessions' | 'logger'>,
  sessionIds: readonly string[],
): Promise<void> {
  await Promise.all(sessionIds.map((id) => endedSessions.add(id))).catch((err) =>
    logger.warn({ err, sessionIds }, 'could not announce ended sessions'),
  );
}
