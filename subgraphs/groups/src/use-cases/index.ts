import { answerInvite } from './answer-invite.ts';
import { archiveGroup } from './archive-group.ts';
import { banFromGroup } from './ban-from-group.ts';
import { createGroup } from './create-group.ts';
import { decideJoinRequest } from './decide-join-request.ts';
import { inviteToGroup } from './invite-to-group.ts';
import { joinGroup } from './join-group.ts';
import { leaveGroup } from './leave-group.ts';
import { muteMember, unmuteMember } from './mute-member.ts';
import { removeMember } from './remove-member.ts';
import { requestToJoin } from './request-to-join.ts';
import { revokeInvite } from './revoke-invite.ts';
import { setMemberRole } from './set-member-role.ts';
import { transferGroup } from './transfer-group.ts';
import { unbanFromGroup } from './unban-from-group.ts';
import { updateGroup } from './update-group.ts';
import { withdrawJoinRequest } from './withdraw-join-request.ts';

export const useCases = {
  ofViewer: {
    answerInvite,
    archiveGroup,
    banFromGroup,
    createGroup,
    decideJoinRequest,
    inviteToGroup,
    joinGroup,
    leaveGroup,
    muteMember,
    removeMember,
    requestToJoin,
    revokeInvite,
    setMemberRole,
    transferGroup,
    unbanFromGroup,
    unmuteMember,
    updateGroup,
    withdrawJoinRequest,
  },
};
