import { isIdOf, notFound } from '@souk/runtime/domain';
import { assertMember, type Membership } from '../domain/membership.ts';
import type { StoredGroup } from '../persistence/group-store.ts';
import type { Stores } from '../persistence/stores.ts';

/** The actor and the member they act on, both of one group, or the error that the actor may see. */
export async function actorAndTarget(
  { members }: Pick<Stores, 'members'>,
  group: StoredGroup,
  { actorId, userId }: { actorId: string; userId: string },
  path: readonly string[] = ['userId'],
): Promise<{ actor: Membership; target: Membership }> {
  const actor = await members.find(group.id, actorId);
  assertMember(group, actor, ['groupId']);
  const target = isIdOf('usr', userId) ? await members.find(group.id, userId) : null;
  if (!target) throw notFound('GroupMember', path);
  return { actor, target };
}
