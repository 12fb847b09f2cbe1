import { notFound } from '@souk/runtime/domain';
import { assertGroupId } from '../domain/group.ts';
import type { StoredGroup } from '../persistence/group-store.ts';
import type { Stores } from '../persistence/stores.ts';

/**
 * The group, locked until the transaction ends. Every change of a group's members begins with this, so
 * decisions based on owners and counts still hold when they are written.
 */
export async function lockGroup(
  { groups }: Pick<Stores, 'groups'>,
  id: string,
  path: readonly string[],
): Promise<StoredGroup> {
  assertGroupId(id, path);
  const group = await groups.lock(id);
  if (!group) throw notFound('Group', path);
  return group;
}
