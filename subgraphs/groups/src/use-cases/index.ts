import { requireViewer, type Viewer } from '@souk/runtime';
import { type BanFromGroupInput, banFromGroup } from './ban-from-group.ts';
import { type CreateGroupInput, createGroup } from './create-group.ts';
import type { GroupsDeps } from './deps.ts';
import { joinGroup } from './join-group.ts';
import { leaveGroup } from './leave-group.ts';
import { type RemoveMemberInput, removeMember } from './remove-member.ts';
import { setMemberRole } from './set-member-role.ts';
import { unbanFromGroup } from './unban-from-group.ts';
import { type UpdateGroupInput, updateGroup } from './update-group.ts';

/** The use cases, each on behalf of the viewer; throws `UNAUTHENTICATED` when nobody is signed in. */
export const useCasesOf = (deps: GroupsDeps, viewer: Viewer | null) => ({
  createGroup: (input: CreateGroupInput) => createGroup(deps, requireViewer(viewer), input),
  updateGroup: (input: UpdateGroupInput) => updateGroup(deps, requireViewer(viewer), input),
  joinGroup: (input: { groupId: string }) => joinGroup(deps, requireViewer(viewer), input),
  leaveGroup: (input: { groupId: string }) => leaveGroup(deps, requireViewer(viewer), input),
  setMemberRole: (input: Parameters<typeof setMemberRole>[2]) =>
    setMemberRole(deps, requireViewer(viewer), input),
  removeMember: (input: RemoveMemberInput) => removeMember(deps, requireViewer(viewer), input),
  banFromGroup: (input: BanFromGroupInput) => banFromGroup(deps, requireViewer(viewer), input),
  unbanFromGroup: (input: { groupBanId: string }) =>
    unbanFromGroup(deps, requireViewer(viewer), input),
});

export type UseCases = ReturnType<typeof useCasesOf>;
