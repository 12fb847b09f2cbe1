import type { ConsumerDeps } from './consumer-deps.ts';
import { copyChangedMember, copyFormerMember, copyNewMember } from './copy-groups.ts';
import {
  copyBlock,
  copyChangedPerson,
  copyConfirmedAddress,
  copyNewPerson,
} from './copy-people.ts';
import { copyAttendance, copyChangedRoom, copyRoom, copyRoomPreferences } from './copy-rooms.ts';
import { copyChangedSeller, copyNewSeller } from './copy-sellers.ts';
import { followDeletion, followEdit } from './follow-message.ts';
import { forgetDevicesOfSession } from './forget-devices.ts';
import {
  notifyOfReminder,
  notifyOfReport,
  notifyOfSecurity,
  settleDecidedReport,
} from './notify-of-account.ts';
import {
  closeInvite,
  mailInvite,
  notifyOfInvite,
  notifyOfJoinAnswer,
  notifyOfJoinRequest,
} from './notify-of-group.ts';
import { notifyOfPostedMessage } from './notify-of-message.ts';
import {
  notifyOfOrder,
  notifyOfParcel,
  notifyOfRefund,
  notifyOfReturn,
} from './notify-of-order.ts';
import {
  followChangedProduct,
  followNewProduct,
  notifyOfSellerStatus,
} from './notify-of-status.ts';
import { notifyOfCustomer } from './notify-of-support.ts';
import { notifyOfThreadReply, readThread } from './notify-of-thread.ts';
import {
  notifyOfLowStock,
  notifyOfPayout,
  notifyOfReview,
  notifyOfSale,
  settleDeletedReview,
} from './notify-sellers.ts';
import { copyNewPrices, forgetProduct, notifyOfPrice, notifyOfStock } from './notify-watchers.ts';
import { readRoom } from './read-room.ts';
import { webhookConsumers } from './send-to-webhooks.ts';
import { mailCode, mailGuestCode, mailSecurityNotice, queueMail } from './write-mails.ts';

export const createConsumers = (deps: ConsumerDeps) => [
  copyRoom(deps),
  copyChangedRoom,
  copyRoomPreferences,
  copyAttendance(deps),
  notifyOfPostedMessage(deps),
  followEdit(deps),
  followDeletion(deps),
  readRoom(deps),
  notifyOfOrder(deps),
  notifyOfParcel(deps),
  notifyOfRefund(deps),
  notifyOfReturn(deps),
  copyNewMember(deps),
  copyChangedMember(deps),
  copyFormerMember(deps),
  copyNewSeller(deps),
  copyChangedSeller(deps),
  notifyOfSale(deps),
  notifyOfPayout(deps),
  notifyOfReview(deps),
  settleDeletedReview(deps),
  notifyOfCustomer(deps),
  notifyOfSecurity(deps),
  notifyOfReminder(deps),
  notifyOfReport(deps),
  settleDecidedReport(deps),
  notifyOfThreadReply(deps),
  readThread(deps),
  copyBlock,
  forgetDevicesOfSession(deps),
  followNewProduct(deps),
  followChangedProduct(deps),
  notifyOfSellerStatus(deps),
  copyNewPrices,
  notifyOfPrice(deps),
  notifyOfStock(deps),
  forgetProduct(deps),
  notifyOfLowStock(deps),
  notifyOfInvite(deps),
  closeInvite(deps),
  notifyOfJoinRequest(deps),
  notifyOfJoinAnswer(deps),
  mailInvite(deps),
  copyNewPerson,
  copyChangedPerson,
  copyConfirmedAddress,
  mailCode(deps),
  mailGuestCode(deps),
  mailSecurityNotice(deps),
  queueMail(deps),
  ...webhookConsumers(deps),
];
