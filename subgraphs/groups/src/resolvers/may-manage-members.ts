import type { Context } from '../context.ts';
import { may } from '../domain/roles.ts';

/** Whether the viewer decides who is in the group. */
export async function mayManageMembers(groupId: string, { loaders }: Context): Promise<boolean> {
  const member = await loaders.membershipOfViewer.load(groupId);
  return member !== null && may(member.role, 'MANAGE_MEMBERS');
}
