import { alreadyMember } from '../domain/errors.ts';
import { assertMayAskAgain, assertMayRequest, startOfCooldown } from '../domain/join-request.ts';
import { announceJoinRequest } from './announce-join-request.ts';
import { countUse } from './count-use.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { lockGroup } from './lock-group.ts';

export interface RequestToJoinInput {
  groupId: string;
  note?: string | null | undefined;
}

/** Requests to join; resolves to the request's id. Repeating it creates no second request. */
export const requestToJoin = (
  deps: GroupsDeps,
  { userId }: Actor,
  { groupId, note = null }: RequestToJoinInput,
): Promise<string> =>
  deps.transaction(async (stores) => {
    const group = await lockGroup(stores, groupId, ['groupId']);
    if (await stores.members.find(groupId, userId)) throw alreadyMember(['groupId']);
    assertMayRequest(group, await stores.bans.find(groupId, userId), deps.clock());
    const asked = await stores.requests.findPending(groupId, userId);
    if (asked) return asked.id;
    const now = deps.clock();
    assertMayAskAgain(
      await stores.requests.closedSince(groupId, userId, startOfCooldown(now)),
      now,
    );
    await countUse(deps, stores, userId, 'requests');
    const id = deps.newId('jrq');
    await stores.requests.insert({
      id,
      groupId,
      userId,
      note,
      status: 'PENDING',
      decidedBy: null,
      decisionNote: null,
      createdAt: deps.clock(),
      decidedAt: null,
    });
    await announceJoinRequest(stores, group, { id, userId, status: 'PENDING' });
    return id;
  });
