import { mistakesOf } from '@souk/runtime/domain';
import { expect, test } from 'vitest';
import { assertMayAskAgain, type JoinRequestStatus } from './join-request.ts';

const NOW = new Date('2026-05-01T12:00:00Z');
const closed = (status: JoinRequestStatus, hoursAgo: number) => ({
  status,
  decidedAt: new Date(NOW.getTime() - hoursAgo * 3_600_000),
});

test.each([
  ['nothing', [], null],
  ['an approval', [closed('APPROVED', 1)], null],
  ['a refusal', [closed('DECLINED', 1)], 23 * 3_600],
  ['two withdrawals', [closed('WITHDRAWN', 1), closed('WITHDRAWN', 2)], null],
  ['three withdrawals', [1, 2, 3].map((hours) => closed('WITHDRAWN', hours)), 21 * 3_600],
  ['four withdrawals', [1, 2, 3, 4].map((hours) => closed('WITHDRAWN', hours)), 21 * 3_600],
] as const)('after %s of a day one waits %s', (_, recent, seconds) => {
  const [refusal] = mistakesOf(() => assertMayAskAgain(recent, NOW));
  expect(refusal?.data.retryAfterSeconds ?? null).toBe(seconds);
});
