import { isIdOf } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { type GroupInvite, isFor, isForAnybody, mayRevoke } from '../domain/invite.ts';

/** Whether an invitation is addressed to the viewer. */
export async function isForViewer(
  invite: GroupInvite,
  { viewer, loaders }: Context,
): Promise<boolean> {
  if (!viewer) return false;
  const { userId } = viewer;
  const email = (await loaders.address.load(userId))?.email ?? null;
  return isFor(invite, { userId, email });
}

/** Whether the viewer can manage an invitation: its inviter, and those who manage the group's members. */
export const isViewersToRevoke = async (
  invite: GroupInvite,
  { loaders }: Context,
): Promise<boolean> => mayRevoke(invite, await loaders.membershipOfViewer.load(invite.groupId));

/** The invitation with this id: for the invited person, and for those who can manage it. */
export async function visibleInvite(id: string, context: Context): Promise<GroupInvite | null> {
  const invite = isIdOf('inv', id) ? await context.loaders.invite.load(id) : null;
  return invite && (await isViewers(invite, context)) ? invite : null;
}

/** The invitation with this code; for anonymous viewers too, if it is for anybody. */
export async function inviteWithCode(code: string, context: Context): Promise<GroupInvite | null> {
  const invite = await context.loaders.inviteByCode.load(code);
  return invite && (isForAnybody(invite) || (await isViewers(invite, context))) ? invite : null;
}

const isViewers = async (invite: GroupInvite, context: Context): Promise<boolean> =>
  (await isForViewer(invite, context)) || (await isViewersToRevoke(invite, context));
