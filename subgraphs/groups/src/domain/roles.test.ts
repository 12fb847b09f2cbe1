import { expect, test } from 'vitest';
import { type GroupRole, mayManage, permissionsOf, ROLES } from './roles.ts';

test('each role may do what lower roles may', () => {
  for (const [at, role] of ROLES.entries()) {
    for (const below of ROLES.slice(at + 1)) {
      expect(permissionsOf(role)).toEqual(expect.arrayContaining([...permissionsOf(below)]));
    }
  }
});

const MANAGES: Record<GroupRole, readonly GroupRole[]> = {
  OWNER: ['OWNER', 'ADMIN', 'MODERATOR', 'MEMBER'],
  ADMIN: ['MODERATOR', 'MEMBER'],
  MODERATOR: [],
  MEMBER: [],
};

test.each(ROLES)('the members that a %s manages', (actor) => {
  expect(ROLES.filter((target) => mayManage(actor, target))).toEqual(MANAGES[actor]);
});
