import { mistakesOf, newId } from '@souk/runtime/domain';
import { describe, expect, test } from 'vitest';
import {
  assertBacked,
  assertMayInvite,
  assertUsable,
  checkedInvites,
  endOfInvite,
  type GroupInvite,
  isFor,
  isForAnybody,
  statusAt,
} from './invite.ts';
import type { Membership } from './membership.ts';
import { type GroupRole, ROLES } from './roles.ts';

const NOW = new Date('2026-05-01T12:00:00Z');
const later = (days: number) => new Date(NOW.getTime() + days * 86_400_000);
const [ada, bo] = [newId('usr'), newId('usr')];
const invite = (given: Partial<GroupInvite> = {}): GroupInvite => ({
  id: newId('inv'),
  code: 'c',
  groupId: newId('grp'),
  inviterId: ada,
  inviteeId: null,
  inviteeEmail: null,
  role: 'MEMBER',
  status: 'PENDING',
  maxUses: null,
  uses: 0,
  expiresAt: null,
  createdAt: NOW,
  ...given,
});
const member = (role: GroupRole): Membership => ({
  id: newId('gmb'),
  groupId: newId('grp'),
  userId: ada,
  role,
  joinedAt: NOW,
  mute: null,
});
const codeOf = (work: () => unknown): string | null => mistakesOf(work)[0]?.code ?? null;
const pathsOf = (work: () => unknown) =>
  mistakesOf(work).map(({ argumentPath }) => argumentPath?.join('.'));

test.each([
  ['PENDING', null, 'PENDING'],
  ['PENDING', later(1), 'PENDING'],
  ['PENDING', NOW, 'EXPIRED'],
  ['ACCEPTED', NOW, 'ACCEPTED'],
  ['REVOKED', later(-1), 'REVOKED'],
] as const)('what is %s and ends at %s is %s', (status, expiresAt, now) => {
  expect(statusAt({ status, expiresAt }, NOW)).toBe(now);
  const used = codeOf(() => assertUsable(invite({ status, expiresAt }), NOW));
  expect(used).toBe(now === 'PENDING' ? null : 'GROUP_INVITE_INVALID');
});

test('an invitation is for one person, for one address, or for anybody', () => {
  const me = { userId: bo, email: 'bo@example.com' };
  expect(isFor(invite({ inviteeId: bo }), me)).toBe(true);
  expect(isFor(invite({ inviteeEmail: 'bo@example.com' }), me)).toBe(true);
  expect(isFor(invite({ inviteeEmail: 'bo@example.com' }), { ...me, email: null })).toBe(false);
  expect(isFor(invite({ inviteeId: ada, inviteeEmail: 'bo@example.com' }), me)).toBe(false);
  expect(isFor(invite({ inviteeEmail: '' }), { ...me, email: null })).toBe(false);
  expect(isFor(invite(), me)).toBe(false);
  expect(isForAnybody(invite())).toBe(true);
  // A mailed one whose address is forgotten is not for everybody by that.
  expect(isForAnybody(invite({ inviteeEmail: '' }))).toBe(false);
});

const INVITES: Record<GroupRole, readonly GroupRole[]> = {
  OWNER: ['OWNER', 'ADMIN', 'MODERATOR', 'MEMBER'],
  ADMIN: ['MODERATOR', 'MEMBER'],
  MODERATOR: ['MEMBER'],
  MEMBER: [],
};

test.each(ROLES)('the role that a %s may offer, and what the invitation is worth later', (role) => {
  const may = (work: (invited: GroupRole) => unknown) =>
    ROLES.filter((invited) => codeOf(() => work(invited)) === null);
  expect(may((invited) => assertMayInvite(member(role), invited))).toEqual(INVITES[role]);
  expect(may((invited) => assertBacked(invite({ role: invited }), member(role)))).toEqual(
    INVITES[role],
  );
  expect(codeOf(() => assertBacked(invite(), null))).toBe('GROUP_INVITE_INVALID');
});

describe('what is asked for', () => {
  test('people and addresses are each meant once', () => {
    const asked = { userIds: [bo, ada, bo], emails: ['Bo@Example.com', 'bo@example.com'] };
    expect(checkedInvites(asked)).toEqual({
      userIds: [ada, bo].sort(),
      emails: ['bo@example.com'],
      role: 'MEMBER',
      maxUses: null,
    });
    expect(checkedInvites({ maxUses: 3 })).toMatchObject({ userIds: [], emails: [], maxUses: 3 });
  });

  test.each([
    [{ userIds: ['x', bo, 'y'] }, ['input.userIds.0', 'input.userIds.2']],
    [{ userIds: Array(51).fill(bo) }, ['input.userIds']],
    [{ userIds: [bo], maxUses: 2 }, ['input.maxUses']],
    [{ role: 'ADMIN', maxUses: 0 }, ['input.role', 'input.maxUses']],
    [{ maxUses: 10_001 }, ['input.maxUses']],
  ] as const)('%j is refused', (asked, paths) => {
    expect(pathsOf(() => checkedInvites(asked as object))).toEqual(paths);
  });

  test('it ends after a month by itself, and within a year in any case', () => {
    expect(endOfInvite(null, NOW)).toEqual(later(30));
    expect(endOfInvite(later(365), NOW)).toEqual(later(365));
    for (const wrong of [NOW, later(366)]) {
      expect(codeOf(() => endOfInvite(wrong, NOW))).toBe('BAD_USER_INPUT');
    }
  });
});
