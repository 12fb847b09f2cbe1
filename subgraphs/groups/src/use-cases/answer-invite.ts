import { assertUsable } from '../domain/invite.ts';
import { acceptInvite, inviteNotFound, lockInvite } from './accept-invite.ts';
import { closeInvite } from './close-invite.ts';
import { countGuess } from './count-guess.ts';
import type { Actor, GroupsDeps } from './deps.ts';

export interface AnswerInviteInput {
  groupInviteId: string;
  answer: 'ACCEPT' | 'DECLINE';
}

/** Answers an invitation; resolves to its group and, if they joined, their membership. */
export async function answerInvite(
  deps: GroupsDeps,
  { userId }: Actor,
  { groupInviteId, answer }: AnswerInviteInput,
): Promise<{ groupId: string; memberId: string | null }> {
  const answered = await deps.transaction(async (stores) => {
    const found = await lockInvite(stores, userId, { id: groupInviteId });
    if (!found) return null;
    const { invite, group } = found;
    if (answer === 'ACCEPT') {
      return { groupId: group.id, memberId: await acceptInvite(deps, stores, found, userId) };
    }
    if (invite.status !== 'DECLINED') {
      assertUsable(invite, deps.clock());
      await closeInvite(stores, invite, { status: 'DECLINED', by: userId });
    }
    return { groupId: group.id, memberId: null };
  });
  if (answered) return answered;
  await countGuess(deps, userId);
  throw inviteNotFound(['groupInviteId']);
}
