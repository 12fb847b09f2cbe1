import { digestBytesOf, idempotencyKeyReused } from '@souk/runtime/domain';
import {
  isRefreshToken,
  newSuccessorSalt,
  refreshTokenDigest,
  successorOf,
} from '../credentials/refresh-tokens.ts';
import { tokenExpired, tokenInvalid } from '../domain/errors.ts';
import { decideRotation, type RefreshTokenRecord } from '../domain/refresh-rotation.ts';
import { refreshTokenEndsAt, type SeenFrom } from '../domain/session.ts';
import type { Stores } from '../persistence/stores.ts';
import type { UsersDeps } from './deps.ts';
import { announceEnded, endSessions } from './end-sessions.ts';
import { giveRefreshToken, type OpenedSession, type SignedIn, signedIn } from './signed-in.ts';

export interface RefreshInput {
  readonly refreshToken: string;
  /** A new one for each token: by it who got no answer is known again. */
  readonly idempotencyKey?: string | null | undefined;
}

type Outcome =
  | { kind: 'refreshed'; opened: OpenedSession; replayed: boolean }
  | { kind: 'reused'; endedSessionIds: readonly string[] }
  | { kind: 'expired' | 'ended' };

/** Trades a refresh token for its successor; one used again after the grace ends the session. */
export async function refreshSession(
  deps: UsersDeps,
  input: RefreshInput,
  from: SeenFrom,
): Promise<SignedIn & { readonly replayed: boolean }> {
  const outcome = isRefreshToken(input.refreshToken)
    ? await rotate(deps, input, from)
    : { kind: 'ended' as const };
  switch (outcome.kind) {
    case 'refreshed': {
      const answer = await signedIn(deps, outcome.opened);
      if (!answer) throw tokenInvalid('refreshToken');
      return { ...answer, replayed: outcome.replayed };
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
  { refreshToken, idempotencyKey }: RefreshInput,
  from: SeenFrom,
): Promise<Outcome> =>
  transaction(async (stores): Promise<Outcome> => {
    const { sessions } = stores;
    const digest = refreshTokenDigest(refreshToken);
    const found = await sessions.lockRefreshToken(digest);
    if (!found) return { kind: 'ended' };
    const { token, session } = found;
    const now = clock();
    const keyDigest = idempotencyKey ? digestBytesOf(idempotencyKey) : null;
    const hasLostAnswer = await isLostAnswer(stores, { token, refreshToken, keyDigest });
    const rotation = decideRotation(token, session, { now, hasLostAnswer });
    switch (rotation.kind) {
      case 'rotate': {
        // One key for all tokens would give whoever knows it each successor, for as long as nobody has used that.
        if (keyDigest && (await sessions.hasKey(session.id, keyDigest))) {
          throw idempotencyKeyReused(['idempotencyKey']);
        }
        const successorSalt = newSuccessorSalt();
        await sessions.markUsed(digest, { usedAt: now, successorSalt, keyDigest });
        await sessions.touch(session.id, now, from);
        const successor = successorOf(refreshToken, successorSalt);
        const opened = await giveRefreshToken(session, stores, now, successor);
        return { kind: 'refreshed', opened, replayed: false };
      }
      case 'repeat': {
        const opened = {
          userId: session.accountId,
          sessionId: session.id,
          refreshToken: successorOf(refreshToken, rotation.successorSalt),
          refreshTokenExpiresAt: refreshTokenEndsAt(session, token.usedAt ?? now),
        };
        return { kind: 'refreshed', opened, replayed: true };
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

/** Whether this is who traded the token, and does not know for what. */
async function isLostAnswer(
  { sessions }: Pick<Stores, 'sessions'>,
  asked: {
    readonly token: RefreshTokenRecord;
    readonly refreshToken: string;
    readonly keyDigest: Uint8Array | null;
  },
): Promise<boolean> {
  const { keyDigest, successorSalt } = asked.token;
  if (!keyDigest || !successorSalt || !asked.keyDigest) return false;
  if (Buffer.compare(keyDigest, asked.keyDigest) !== 0) return false;
  return !(await sessions.isUsed(
    refreshTokenDigest(successorOf(asked.refreshToken, successorSalt)),
  ));
}
