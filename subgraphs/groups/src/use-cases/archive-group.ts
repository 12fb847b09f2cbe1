import { groupStream, type TransactionTools } from '@souk/runtime/events';
import { isArchived } from '../domain/group.ts';
import { assertMember, assertOwns } from '../domain/membership.ts';
import type { Stores } from '../persistence/stores.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { lockGroup } from './lock-group.ts';
import { writeAudit } from './write-audit.ts';

/** Archives a group permanently; repeating it changes nothing. */
export const archiveGroup = (
  deps: GroupsDeps,
  { userId: actorId }: Actor,
  { groupId }: { groupId: string },
): Promise<void> =>
  deps.transaction(async (stores) => {
    const group = await lockGroup(stores, groupId, ['groupId']);
    const member = await stores.members.find(groupId, actorId);
    assertMember(group, member, ['groupId']);
    assertOwns(member);
    if (isArchived(group)) return;
    await archive(deps, stores, groupId);
    await writeAudit(deps, stores, { groupId, actorId, action: 'ARCHIVED' });
  });

/** Records that a group is archived. The caller holds its lock and has checked permission. */
export async function archive(
  { clock }: Pick<GroupsDeps, 'clock'>,
  { groups, events }: Pick<Stores & TransactionTools, 'groups' | 'events'>,
  groupId: string,
): Promise<void> {
  await groups.archive(groupId, clock());
  await events.append({
    type: 'groups.GroupArchived',
    stream: groupStream(groupId),
    payload: { groupId },
  });
}
