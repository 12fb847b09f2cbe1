import { createQuotas, defineStores, type StoresOf } from '@souk/runtime/persistence';
import { createBlockStore } from './block-store.ts';
import type { Db } from './client.ts';
import { createDeliveryStore } from './delivery-store.ts';
import { createDeviceStore } from './device-store.ts';
import { createEmailStore } from './email-store.ts';
import { createGroupStandingStore } from './group-standing-store.ts';
import { createMessageChangeStore } from './message-change-store.ts';
import { createMessageNoticeStore } from './message-notice-store.ts';
import { createNotificationStore } from './notification-store.ts';
import { createPersonStore } from './person-store.ts';
import { createPreferenceStore } from './preference-store.ts';
import { createPushStore } from './push-store.ts';
import { createRoomPreferenceStore } from './room-preference-store.ts';
import { createRoomStore } from './room-store.ts';
import { createSellerStaffStore } from './seller-staff-store.ts';
import { createSettledSubjectStore } from './settled-subject-store.ts';
import { createSmsNumberStore } from './sms-number-store.ts';
import { createSmsStore } from './sms-store.ts';
import { createWatchStore } from './watch-store.ts';
import { createWebhookAttemptStore } from './webhook-attempt-store.ts';
import { createWebhookEndpointStore } from './webhook-endpoint-store.ts';

/** Everything this subgraph reads and writes, on one transaction or on the client itself. */
export type Stores = StoresOf<typeof storesOn>;

export const storesOn = defineStores<Db>()({
  notifications: createNotificationStore,
  deliveries: createDeliveryStore,
  preferences: createPreferenceStore,
  people: createPersonStore,
  rooms: createRoomStore,
  roomPreferences: createRoomPreferenceStore,
  emails: createEmailStore,
  messageChanges: createMessageChangeStore,
  messageNotices: createMessageNoticeStore,
  devices: createDeviceStore,
  pushes: createPushStore,
  smsNumbers: createSmsNumberStore,
  texts: createSmsStore,
  blocks: createBlockStore,
  groupStandings: createGroupStandingStore,
  sellerStaff: createSellerStaffStore,
  settledSubjects: createSettledSubjectStore,
  watches: createWatchStore,
  webhookEndpoints: createWebhookEndpointStore,
  webhookAttempts: createWebhookAttemptStore,
  quotas: createQuotas,
});
