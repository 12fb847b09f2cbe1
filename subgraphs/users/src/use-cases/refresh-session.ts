import {
  isRefreshToken,
  newSuccessorSalt,
  refreshTokenDigest,
  successorOf,
} from '../credentials/refresh-tokens.ts';
import { tokenExpired, tokenInvalid } from '../domain/errors.ts';
import { decideRotation } from '../domain/refresh-rotation.ts';
import { refreshTokenEndsAt, type SeenFrom } from '../domain/session.ts';
import type { UsersDeps } from './deps.ts';
import { announceEnded, endSessions } from './end-sessions.ts';
import { giveRefreshToken, type OpenedSession, type SignedIn, signedIn } from './signed-in.ts';

type Outcome =
  | { kind: 'refreshed'; opened: OpenedSession }
  | { kind: 'reused'; endedSessionIds: readonly string[] }
  | { kind: 'expired' | 'ended' };

/** Trades a refresh token for its successor; one used again after the grace ends the session. */
export async function refreshSession(
  deps: UsersDeps,
  refreshToken: string,
  from: SeenFrom,
): Promise<SignedIn> {
  const outcome = isRefreshToken(refreshToken)
    ? await rotate(deps, refreshToken, from)
    : { kind: 'ended' as const };
  switch (outcome.kind) {
    case 'refreshed': {
      const answer = await signedIn(deps, outcome.opened);
      if (!answer) throw tokenInvalid('refreshToken');
      return answer;
    }
    case 'expired':
      throw tokenExpired('refreshToken');
    case 'reused':
      await announceEnded(deps, outcome.endedSessionIds);
      throw tokenInvalid('refreshToken');
    case 'ended':
      throw tokenInvalid('refreshToken');
  }
}

/** Returns the outcome instead of throwing it: ending a family has to be committed. */
const rotate = (
  { transaction, clock }: UsersDeps,
  refreshToken: string,
  from: SeenFrom,
): Promise<Outcome> =>
  transaction(async (stores): Promise<Outcome> => {
    const { sessions } = stores;
    const digest = refreshTokenDigest(refreshToken);
    const found = await sessions.lockRefreshToken(digest);
    if (!found) return { kind: 'ended' };
    const { token, session } = found;
    const now = clock();
    const rotation = decideRotation(token, session, now);
    switch (rotation.kind) {
      case 'rotate': {
        const salt = newSuccessorSalt();
        await sessions.markUsed(digest, now, salt);
        await sessions.touch(session.id, now, from);
        const successor = successorOf(refreshToken, salt);
        return {
          kind: 'refreshed',
          opened: await giveRefreshToken(session, stores, now, successor),
        };
      }
      case 'repeat': {
        const opened = {
          userId: session.accountId,
          sessionId: session.id,
          refreshToken: successorOf(refreshToken, rotation.successorSalt),
          refreshTokenExpiresAt: refreshTokenEndsAt(session, token.usedAt ?? now),
        };
        return { kind: 'refreshed', opened };
      }
      case 'reused': {
        const family = { accountId: session.accountId, id: session.id };
        return {
          kind: 'reused',
          endedSessionIds: await endSessions(stores, family, 'TOKEN_REUSED', now),
        };
      }
      default:
        return rotation;
    }
  });
