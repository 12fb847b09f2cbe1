import { expect, test } from 'vitest';
import { decideInApp } from './delivery.ts';

test.each([
  [true, false, 'DELIVERED', null],
  [true, true, 'SUPPRESSED', 'READ_BEFORE_SEND'],
  [false, false, 'SUPPRESSED', 'PREFERENCE_OFF'],
  [false, true, 'SUPPRESSED', 'PREFERENCE_OFF'],
] as const)('wanted %s, read %s: %s %s', (wanted, read, status, reason) => {
  expect(decideInApp({ wanted, read })).toEqual({ status, reason });
});
