import { assertExactlyOne } from '@souk/runtime/domain';
import { assertMayJoin } from '../domain/membership.ts';
import { acceptInvite, inviteNotFound, lockInvite } from './accept-invite.ts';
import { admitMember } from './admit-member.ts';
import { countGuess } from './count-guess.ts';
import { countUse } from './count-use.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { lockGroup } from './lock-group.ts';

export interface JoinGroupInput {
  groupId?: string | null | undefined;
  inviteCode?: string | null | undefined;
}

interface Joined {
  groupId: string;
  memberId: string;
}

/** Joins an OPEN group, or any group by the code of an invitation; a repeat has no effect. */
export function joinGroup(
  deps: GroupsDeps,
  actor: Actor,
  { groupId, inviteCode }: JoinGroupInput,
): Promise<Joined> {
  assertExactlyOne({ groupId, inviteCode });
  return inviteCode == null
    ? joinOpenGroup(deps, actor, groupId ?? '')
    : joinByCode(deps, actor, inviteCode);
}

const joinOpenGroup = (deps: GroupsDeps, { userId }: Actor, groupId: string): Promise<Joined> =>
  deps.transaction(async (stores) => {
    const group = await lockGroup(stores, groupId, ['groupId']);
    const member = await stores.members.find(groupId, userId);
    if (member) return { groupId, memberId: member.id };
    assertMayJoin(group, await stores.bans.find(groupId, userId), deps.clock());
    // Repeatedly joining and leaving is announced each time, in each of the group's rooms as well.
    await countUse(deps, stores, userId, 'changes');
    const admission = { userId, role: 'MEMBER', actorId: userId } as const;
    return { groupId, memberId: await admitMember(deps, stores, group, admission) };
  });

async function joinByCode(deps: GroupsDeps, { userId }: Actor, code: string): Promise<Joined> {
  const joined = await deps.transaction(async (stores) => {
    const found = await lockInvite(stores, userId, { code });
    if (!found) return null;
    const memberId = await acceptInvite(deps, stores, found, userId);
    return { groupId: found.group.id, memberId };
  });
  if (joined) return joined;
  await countGuess(deps, userId);
  throw inviteNotFound(['inviteCode']);
}
