export {
  challengeDigest,
  codeDigest,
  isChallengeId,
  isCode,
  newChallengeId,
  newCode,
} from '@souk/runtime/domain';
