import { banFromGroup } from './ban-from-group.ts';
import { createGroup } from './create-group.ts';
import { joinGroup } from './join-group.ts';
import { leaveGroup } from './leave-group.ts';
import { removeMember } from './remove-member.ts';
import { setMemberRole } from './set-member-role.ts';
import { unbanFromGroup } from './unban-from-group.ts';
import { updateGroup } from './update-group.ts';

export const useCases = {
  ofViewer: {
    banFromGroup,
    createGroup,
    joinGroup,
    leaveGroup,
    removeMember,
    setMemberRole,
    unbanFromGroup,
    updateGroup,
  },
};
