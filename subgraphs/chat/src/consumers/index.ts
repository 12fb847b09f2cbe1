import { admitGroupMember } from './admit-group-member.ts';
import { archiveGroupRooms } from './archive-group-rooms.ts';
import { changeMemberRole } from './change-member-role.ts';
import { dismissGroupMember } from './dismiss-group-member.ts';
import { followGroup } from './follow-group.ts';
import { followEndOfSuspension, followSuspension } from './follow-suspension.ts';
import { muteGroupMember, unmuteGroupMember } from './mute-group-member.ts';
import { openGeneralRoom } from './open-general-room.ts';
import { rememberMedia } from './remember-media.ts';
import { rememberRegisteredUser } from './remember-registered-user.ts';

export const consumers = [
  rememberRegisteredUser,
  openGeneralRoom,
  followGroup,
  archiveGroupRooms,
  muteGroupMember,
  unmuteGroupMember,
  admitGroupMember,
  changeMemberRole,
  dismissGroupMember,
  rememberMedia,
  followSuspension,
  followEndOfSuspension,
];
