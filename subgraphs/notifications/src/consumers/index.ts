import type { ConsumerDeps } from './consumer-deps.ts';
import {
  copyBlock,
  copyChangedPerson,
  copyConfirmedAddress,
  copyNewPerson,
} from './copy-people.ts';
import { copyAttendance, copyChangedRoom, copyRoom, copyRoomPreferences } from './copy-rooms.ts';
import { forgetDevicesOfSession } from './end-session.ts';
import { followDeletion, followEdit } from './follow-message.ts';
import { readRoom } from './read-room.ts';
import {
  closeInvite,
  mailInvite,
  tellOfInvite,
  tellOfJoinAnswer,
  tellOfJoinRequest,
} from './tell-of-group.ts';
import { tellOfMessage } from './tell-of-message.ts';
import { tellOfReminder, tellOfReport, tellOfSecurity } from './tell-of-account.ts';
import { tellOfOrder, tellOfParcel, tellOfRefund, tellOfReturn } from './tell-of-order.ts';
import { readThread, tellOfReply } from './tell-of-thread.ts';
import {
  copyChangedSeller,
  copyNewSeller,
  tellOfLowStock,
  tellOfPayout,
  tellOfReview,
  tellOfSale,
} from './tell-sellers.ts';
import { mailCode, mailGuestCode, mailSecurityNotice, queueMail } from './write-mails.ts';

export const createConsumers = (deps: ConsumerDeps) => [
  copyRoom(deps),
  copyChangedRoom,
  copyRoomPreferences,
  copyAttendance(deps),
  tellOfMessage(deps),
  followEdit(deps),
  followDeletion(deps),
  readRoom(deps),
  tellOfOrder(deps),
  tellOfParcel(deps),
  tellOfRefund(deps),
  tellOfReturn(deps),
  copyNewSeller,
  copyChangedSeller,
  tellOfSale(deps),
  tellOfPayout(deps),
  tellOfReview(deps),
  tellOfSecurity(deps),
  tellOfReminder(deps),
  tellOfReport(deps),
  tellOfReply(deps),
  readThread(deps),
  copyBlock,
  forgetDevicesOfSession,
  tellOfLowStock(deps),
  tellOfInvite(deps),
  closeInvite(deps),
  tellOfJoinRequest(deps),
  tellOfJoinAnswer(deps),
  mailInvite(deps),
  copyNewPerson,
  copyChangedPerson,
  copyConfirmedAddress,
  mailCode(deps),
  mailGuestCode(deps),
  mailSecurityNotice(deps),
  queueMail(deps),
];
