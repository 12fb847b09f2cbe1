import { isIdOf } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import type { JoinRequest } from '../domain/join-request.ts';
import { mayManageMembers } from './may-manage-members.ts';

/** The request, for the person who made it and for those who can answer it. */
export async function visibleJoinRequest(
  id: string,
  context: Context,
): Promise<JoinRequest | null> {
  const request = isIdOf('jrq', id) ? await context.loaders.joinRequest.load(id) : null;
  if (!request || request.userId === context.viewer?.userId) return request;
  return (await mayManageMembers(request.groupId, context)) ? request : null;
}
