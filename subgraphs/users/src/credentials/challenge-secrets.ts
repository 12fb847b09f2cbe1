import { createHash } from 'node:crypto';

export {
  challengeDigest,
  codeDigest,
  isChallengeId,
  isCode,
  newChallengeId,
  newCode,
} from '@souk/runtime/domain';

/**
 * One of 4,096 streams: each is a row for good, and anybody may type an address. Nobody follows them, and
 * those who ask at the same moment seldom meet in one.
 */
export const mailboxShard = (address: string): string =>
  createHash('sha256').update(address).digest('base64url').slice(0, 2);
