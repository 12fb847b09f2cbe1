import { isIdOf } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { isVisible } from '../domain/group.ts';
import type { StoredGroup } from '../persistence/group-store.ts';

export interface GroupKeys {
  id?: string | null | undefined;
  slug?: string | null | undefined;
}

/** The group, if the viewer may see it: root fields, references and streams all use this. */
export async function visibleGroup(
  { id, slug }: GroupKeys,
  { loaders, shownToAll }: Context,
): Promise<StoredGroup | null> {
  const group =
    id != null
      ? isIdOf('grp', id) && (await loaders.group.load(id))
      : slug != null && (await loaders.groupBySlug.load(slug));
  if (!group) return null;
  if (isVisible(group, group.id === shownToAll)) return group;
  return (await loaders.membershipOfViewer.load(group.id)) ? group : null;
}
