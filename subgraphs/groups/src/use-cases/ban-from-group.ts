import { isIdOf, notFound } from '@souk/runtime/domain';
import { assertEndsLater } from '../domain/ban.ts';
import { assertActive, assertMayBan } from '../domain/membership.ts';
import { countUse } from './count-use.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { lockGroup } from './lock-group.ts';
import { shutOut } from './shut-out.ts';

export interface BanFromGroupInput {
  groupId: string;
  userId: string;
  reason?: string | null | undefined;
  until?: Date | null | undefined;
}

/** Bans somebody from a group, whether or not they are a member; resolves to the ban's id. */
export const banFromGroup = (
  deps: GroupsDeps,
  { userId: actorId }: Actor,
  { groupId, userId, reason = null, until = null }: BanFromGroupInput,
): Promise<string> =>
  deps.transaction(async (stores) => {
    const group = await lockGroup(stores, groupId, ['groupId']);
    const actor = await stores.members.find(groupId, actorId);
    assertActive(group, actor, ['groupId']);
    if (!isIdOf('usr', userId)) throw notFound('User', ['userId']);
    const member = await stores.members.find(groupId, userId);
    assertMayBan(actor, userId, member);
    assertEndsLater(until, deps.clock());
    await countUse(deps, stores, actorId, 'changes');
    return shutOut(deps, stores, group, { userId, actorId, reason, until, member });
  });
