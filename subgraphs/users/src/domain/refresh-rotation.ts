import type { Session } from './session.ts';

/** A refresh token that was issued, as far as it is remembered. */
export interface RefreshTokenRecord {
  readonly sessionId: string;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  /** With the token itself, computes its successor again; set when it is used. */
  readonly successorSalt: Uint8Array | null;
  /** The key given by whoever used it, if they gave one. */
  readonly keyDigest: Uint8Array | null;
}

/**
 * How long a used token is still answered with the same successor, so that a lost answer, or two tabs
 * refreshing at once, signs nobody out.
 */
export const REUSE_GRACE_MS = 10_000;

export type Rotation =
  /** First use: create the successor. */
  | { kind: 'rotate' }
  /** Used a moment ago, or by somebody who retries because the answer was lost: the same successor again. */
  | { kind: 'repeat'; successorSalt: Uint8Array }
  /** Used long ago: somebody has a copy, so the whole family ends (RFC 9700, 4.14.2). */
  | { kind: 'reused' }
  | { kind: 'expired' }
  | { kind: 'ended' };

/** What is known of whoever presents a refresh token. */
export interface Presented {
  readonly now: Date;
  /**
   * They gave the same key as whoever used it, and its successor has not been used: their answer was lost.
   */
  readonly hasLostAnswer: boolean;
}

/** What happens to a refresh token that is presented now. */
export function decideRotation(
  token: RefreshTokenRecord,
  session: Pick<Session, 'endedAt' | 'expiresAt'>,
  { now, hasLostAnswer }: Presented,
): Rotation {
  if (session.endedAt !== null) return { kind: 'ended' };
  if (session.expiresAt <= now) return { kind: 'expired' };
  if (token.usedAt !== null && token.successorSalt !== null) {
    const withinGrace = now.getTime() - token.usedAt.getTime() <= REUSE_GRACE_MS;
    return withinGrace || hasLostAnswer
      ? { kind: 'repeat', successorSalt: token.successorSalt }
      : { kind: 'reused' };
  }
  return token.expiresAt <= now ? { kind: 'expired' } : { kind: 'rotate' };
}
