import { isIdOf, notFound } from '@souk/runtime/domain';
import { may } from '../domain/roles.ts';
import type { Actor, GroupsDeps } from './deps.ts';

/** Lets somebody come back by themselves; resolves to the group's id. */
export const unbanFromGroup = (
  { transaction, newId, clock }: GroupsDeps,
  { userId: actorId }: Actor,
  { groupBanId }: { groupBanId: string },
): Promise<string> =>
  transaction(async ({ groups, bans, members, audit }) => {
    const [ban] = isIdOf('gban', groupBanId) ? await bans.findMany([groupBanId]) : [];
    const actor = ban ? await members.find(ban.groupId, actorId) : null;
    // Who was banned is known to those alone who decide it.
    if (!ban || !actor || !may(actor.role, 'MANAGE_MEMBERS')) {
      throw notFound('GroupBan', ['groupBanId']);
    }
    const { groupId, userId } = ban;
    await groups.lock(groupId);
    await bans.lift(groupId, userId);
    await audit.record({
      id: newId('aud'),
      groupId,
      actorId,
      action: 'UNBANNED',
      targetId: userId,
      reason: null,
      occurredAt: clock(),
    });
    return groupId;
  });
