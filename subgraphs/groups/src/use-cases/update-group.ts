import { versionConflict } from '@souk/runtime/domain';
import { assertOwnAvatar, groupStream } from '@souk/runtime/events';
import {
  assertFitsMembers,
  changedFields,
  checkedChanges,
  type RequestedChanges,
} from '../domain/group-changes.ts';
import { assertActive, assertMay } from '../domain/membership.ts';
import { countUse } from './count-use.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { lockGroup } from './lock-group.ts';
import { writeAudit } from './write-audit.ts';

export interface UpdateGroupInput extends RequestedChanges {
  id: string;
  expectedVersion?: number | null | undefined;
}

/** Applies the fields that differ; a change that changes nothing leaves the version alone. */
export async function updateGroup(
  deps: GroupsDeps,
  { userId }: Actor,
  { id, expectedVersion, ...requested }: UpdateGroupInput,
): Promise<void> {
  const changes = checkedChanges(requested);
  const { media, groups } = deps.reads;
  await assertOwnAvatar({ media, clock: deps.clock }, userId, changes.avatarMediaId, async () => {
    const [group] = await groups.findMany([id]);
    return group?.avatarMediaId;
  });
  await deps.transaction(async (stores) => {
    const group = await lockGroup(stores, id, ['input', 'id']);
    const member = await stores.members.find(id, userId);
    assertActive(group, member, ['input', 'id']);
    assertMay(member, 'MANAGE_GROUP');
    if (expectedVersion != null && expectedVersion !== group.version) {
      throw versionConflict(group.version);
    }
    assertFitsMembers(group, changes);
    const changed = changedFields(group, changes);
    if (changed.length === 0) return;
    await countUse(deps, stores, userId, 'changes');
    await stores.groups.update(id, changes);
    await writeAudit(deps, stores, {
      groupId: id,
      actorId: userId,
      action: 'UPDATED',
      details: changed.join(', '),
    });
    const { name, visibility } = { ...group, ...changes };
    await stores.events.append({
      type: 'groups.GroupUpdated',
      stream: groupStream(id),
      payload: { groupId: id, name, visibility, version: group.version + 1, changed },
    });
  });
}
