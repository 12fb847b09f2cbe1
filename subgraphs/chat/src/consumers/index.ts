import { admitGroupMember } from './admit-group-member.ts';
import { archiveGroupRooms } from './archive-group-rooms.ts';
import { changeMemberRole } from './change-member-role.ts';
import { copyChangedGroup } from './copy-groups.ts';
import { copyMedia, forgetMedia } from './copy-media.ts';
import { copyEarlierOrder, copyPlacedOrder } from './copy-orders.ts';
import { copyRegisteredUser } from './copy-people.ts';
import {
  copyChangedSeller,
  copyEarlierPart,
  copyNewSeller,
  copyReceivedPart,
} from './copy-sellers.ts';
import { copyEndOfSuspension, copySuspension } from './copy-suspensions.ts';
import { dismissGroupMember } from './dismiss-group-member.ts';
import { endSupportOfErasedPerson } from './end-support-of-erased-person.ts';
import { handBackOfFormerStaff } from './hand-back-of-former-staff.ts';
import { muteGroupMember, unmuteGroupMember } from './mute-group-member.ts';
import { openGeneralRoom } from './open-general-room.ts';
import { tellOfOrderStatus, tellOfRefund, tellOfShipment } from './tell-of-orders.ts';

export const consumers = [
  copyRegisteredUser,
  openGeneralRoom,
  copyChangedGroup,
  archiveGroupRooms,
  muteGroupMember,
  unmuteGroupMember,
  admitGroupMember,
  changeMemberRole,
  dismissGroupMember,
  copyMedia,
  copyPlacedOrder,
  copyEarlierOrder,
  copyReceivedPart,
  copyEarlierPart,
  copyNewSeller,
  copyChangedSeller,
  tellOfOrderStatus,
  tellOfShipment,
  tellOfRefund,
  handBackOfFormerStaff,
  endSupportOfErasedPerson,
  forgetMedia,
  copySuspension,
  copyEndOfSuspension,
];
