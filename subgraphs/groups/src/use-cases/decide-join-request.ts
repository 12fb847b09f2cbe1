import { isIdOf, notFound } from '@souk/runtime/domain';
import type { TransactionTools } from '@souk/runtime/events';
import { assertHasSeat } from '../domain/group.ts';
import { assertPending, type JoinRequest } from '../domain/join-request.ts';
import { assertActive, assertMay } from '../domain/membership.ts';
import { may } from '../domain/roles.ts';
import type { Stores } from '../persistence/stores.ts';
import { admitMember } from './admit-member.ts';
import { closeJoinRequest } from './close-join-request.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { writeAudit } from './write-audit.ts';

export interface DecideJoinRequestInput {
  joinRequestId: string;
  decision: 'APPROVE' | 'DECLINE';
  note?: string | null | undefined;
}

/** Answers a request to join; resolves to its group and, if they joined, their membership. */
export const decideJoinRequest = (
  deps: GroupsDeps,
  { userId: actorId }: Actor,
  { joinRequestId, decision, note = null }: DecideJoinRequestInput,
): Promise<{ groupId: string; memberId: string | null }> =>
  deps.transaction(async (stores) => {
    const { groupId } = await requestToDecide(stores, actorId, joinRequestId);
    const group = await stores.groups.lock(groupId);
    if (!group) throw notFound('JoinRequest', ['joinRequestId']);
    // Before we got the lock, somebody else may have answered it, or the viewer may have lost the right.
    const request = await requestToDecide(stores, actorId, joinRequestId);
    const actor = await stores.members.find(groupId, actorId);
    assertActive(group, actor, ['joinRequestId']);
    assertMay(actor, 'MANAGE_MEMBERS');
    assertPending(request);
    const approved = decision === 'APPROVE';
    if (approved) assertHasSeat(group);
    await closeJoinRequest(deps, stores, group, request, {
      status: approved ? 'APPROVED' : 'DECLINED',
      decidedBy: actorId,
      note,
    });
    await writeAudit(deps, stores, {
      groupId,
      actorId,
      targetId: request.userId,
      reason: note,
      action: approved ? 'JOIN_REQUEST_APPROVED' : 'JOIN_REQUEST_DECLINED',
    });
    if (!approved) return { groupId, memberId: null };
    const admission = { userId: request.userId, role: 'MEMBER', actorId } as const;
    return { groupId, memberId: await admitMember(deps, stores, group, admission) };
  });

/** A request is shown to its maker, who cannot answer it, and to those who can. */
async function requestToDecide(
  { requests, members }: Pick<Stores & TransactionTools, 'requests' | 'members'>,
  actorId: string,
  id: string,
): Promise<JoinRequest> {
  const [request] = isIdOf('jrq', id) ? await requests.findMany([id]) : [];
  const actor = request ? await members.find(request.groupId, actorId) : null;
  const sees = request?.userId === actorId || (actor && may(actor.role, 'MANAGE_MEMBERS'));
  if (!request || !sees) throw notFound('JoinRequest', ['joinRequestId']);
  return request;
}
