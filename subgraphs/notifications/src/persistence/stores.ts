import type { Db } from './client.ts';
import { createDeliveryStore, type DeliveryStore } from './delivery-store.ts';
import { createEmailStore, type EmailStore } from './email-store.ts';
import { createMessageChangeStore, type MessageChangeStore } from './message-change-store.ts';
import { createNotificationStore, type NotificationStore } from './notification-store.ts';
import { createPersonStore, type PersonStore } from './person-store.ts';
import { createPreferenceStore, type PreferenceStore } from './preference-store.ts';
import { createRoomPreferenceStore, type RoomPreferenceStore } from './room-preference-store.ts';
import { createRoomStore, type RoomStore } from './room-store.ts';
import { createBlockStore, type BlockStore } from './block-store.ts';
import { createDeviceStore, type DeviceStore } from './device-store.ts';
import { createSellerStaffStore, type SellerStaffStore } from './seller-staff-store.ts';
import { createPushStore, type PushStore } from './push-store.ts';
import { createMessageNoticeStore, type MessageNoticeStore } from './message-notice-store.ts';

export interface Stores {
  readonly notifications: NotificationStore;
  readonly deliveries: DeliveryStore;
  readonly preferences: PreferenceStore;
  readonly people: PersonStore;
  readonly rooms: RoomStore;
  readonly roomPreferences: RoomPreferenceStore;
  readonly emails: EmailStore;
  readonly messageChanges: MessageChangeStore;
  readonly messageNotices: MessageNoticeStore;
  readonly devices: DeviceStore;
  readonly pushes: PushStore;
  readonly blocks: BlockStore;
  readonly sellerStaff: SellerStaffStore;
}

export const storesOn = (db: Db): Stores => ({
  notifications: createNotificationStore(db),
  deliveries: createDeliveryStore(db),
  preferences: createPreferenceStore(db),
  people: createPersonStore(db),
  rooms: createRoomStore(db),
  roomPreferences: createRoomPreferenceStore(db),
  emails: createEmailStore(db),
  messageChanges: createMessageChangeStore(db),
  messageNotices: createMessageNoticeStore(db),
  devices: createDeviceStore(db),
  pushes: createPushStore(db),
  blocks: createBlockStore(db),
  sellerStaff: createSellerStaffStore(db),
});
