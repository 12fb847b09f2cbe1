import { expect, test } from 'vitest';
import { decideInApp } from './delivery.ts';

test.each([
  ['MESSAGE', true, false, 'DELIVERED', null],
  ['MESSAGE', true, true, 'SUPPRESSED', 'ACTIVE_ELSEWHERE'],
  ['MESSAGE', false, false, 'SUPPRESSED', 'PREFERENCE_OFF'],
  ['MESSAGE', false, true, 'SUPPRESSED', 'PREFERENCE_OFF'],
  ['ORDER_STATUS', true, false, 'DELIVERED', null],
  ['ORDER_STATUS', true, true, 'DELIVERED', null],
  ['ORDER_STATUS', false, false, 'SUPPRESSED', 'PREFERENCE_OFF'],
  ['ORDER_STATUS', false, true, 'SUPPRESSED', 'PREFERENCE_OFF'],
] as const)('%s, wanted %s, there %s: %s %s', (kind, wanted, connected, status, reason) => {
  expect(decideInApp(kind, { wanted, connected })).toEqual({ status, reason });
});
