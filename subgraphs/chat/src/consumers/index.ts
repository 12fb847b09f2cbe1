import { admitGroupMember } from './admit-group-member.ts';
import { changeMemberRole } from './change-member-role.ts';
import { dismissGroupMember } from './dismiss-group-member.ts';
import { followGroup } from './follow-group.ts';
import { followEndOfSuspension, followSuspension } from './follow-suspension.ts';
import { openGeneralRoom } from './open-general-room.ts';
import { rememberRegisteredUser } from './remember-registered-user.ts';

export const consumers = [
  rememberRegisteredUser,
  openGeneralRoom,
  followGroup,
  admitGroupMember,
  changeMemberRole,
  dismissGroupMember,
  followSuspension,
  followEndOfSuspension,
];
