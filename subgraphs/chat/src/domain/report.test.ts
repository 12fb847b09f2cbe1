import { expect, test } from 'vitest';
import { appealed, decided, type Report, reportActions } from './report.ts';
import type { Room } from './room.ts';

const at = new Date();
const open = {
  authorId: 'author',
  reporterId: 'reporter',
  status: 'OPEN',
  outcome: null,
} as Report;
const decide = (report: Report, outcome: 'DISMISSED' | 'MESSAGE_DELETED') =>
  decided(report, { outcome, note: null, by: 'keeper', at });
const room = { kind: 'PUBLIC', createdBy: 'keeper' } as Room;
const can = (report: Report, userId: string, isStaff = false, of: Room | null = room) =>
  reportActions(report, of, { userId, isStaff });

test('a report is decided, appealed once by the person it is against, and decided for good', () => {
  expect(can(open, 'keeper')).toEqual(['DECIDE']);
  for (const who of ['author', 'reporter', 'other']) expect(can(open, who)).toEqual([]);
  const first = decide(open, 'MESSAGE_DELETED');
  expect(first.status).toBe('DECIDED');
  expect(can(first, 'author')).toEqual(['APPEAL']);
  expect(() => decide(first, 'DISMISSED')).toThrow('already been decided');
  const second = appealed(first, 'It was a quotation.');
  // Whoever decided it first does not decide what is said against that.
  expect([can(second, 'author'), can(second, 'keeper')]).toEqual([[], []]);
  expect(can(second, 'staff', true)).toEqual(['DECIDE']);
  expect(() => decide(second, 'DISMISSED')).toThrow('already been decided');
  const last = decided(second, { outcome: 'DISMISSED', note: null, by: 'staff', at });
  expect(last.status).toBe('CLOSED');
  expect(() => appealed(last, 'Again')).toThrow('no decision to appeal');
});

test('a dismissed report cannot be appealed', () => {
  const dismissed = decide(open, 'DISMISSED');
  expect(can(dismissed, 'author')).toEqual([]);
  expect(() => appealed(dismissed, 'Why?')).toThrow('no decision to appeal');
});

test('staff decide reports everywhere, but never about themselves', () => {
  expect(can(open, 'staff', true, null)).toEqual(['DECIDE']);
  expect(can({ ...open, authorId: 'keeper' }, 'keeper')).toEqual([]);
  expect(can({ ...open, authorId: 'staff' }, 'staff', true)).toEqual([]);
});
