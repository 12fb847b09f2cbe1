import { type FormLookups, isIdOf, notFound } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { visibleGroup } from './visible.ts';

interface Named {
  groupId: string;
  userId: string;
}

const named = ({ groupId, userId }: Named, context: Context) => [
  assertSeen(groupId, ['groupId'], context),
  assertPerson(userId),
];

/** Ids that a form with other mistakes names, and that are of nothing the viewer sees. */
export const lookups: FormLookups = {
  updateGroup: ({ input: { id } }: { input: { id: string } }, context: Context) => [
    assertSeen(id, ['input', 'id'], context),
  ],
  removeMember: named,
  banFromGroup: named,
};

async function assertSeen(id: string, path: readonly string[], context: Context): Promise<void> {
  if (!(await visibleGroup({ id }, context))) throw notFound('Group', path);
}

async function assertPerson(id: string): Promise<void> {
  if (!isIdOf('usr', id)) throw notFound('User', ['userId']);
}
