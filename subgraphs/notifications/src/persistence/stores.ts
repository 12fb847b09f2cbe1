import type { Db } from './client.ts';
import { createDeliveryStore, type DeliveryStore } from './delivery-store.ts';
import { createEmailStore, type EmailStore } from './email-store.ts';
import { createNotificationStore, type NotificationStore } from './notification-store.ts';
import { createPersonStore, type PersonStore } from './person-store.ts';
import { createPreferenceStore, type PreferenceStore } from './preference-store.ts';
import { createRoomStore, type RoomStore } from './room-store.ts';

export interface Stores {
  readonly notifications: NotificationStore;
  readonly deliveries: DeliveryStore;
  readonly preferences: PreferenceStore;
  readonly people: PersonStore;
  readonly rooms: RoomStore;
  readonly emails: EmailStore;
}

export const storesOn = (db: Db): Stores => ({
  notifications: createNotificationStore(db),
  deliveries: createDeliveryStore(db),
  preferences: createPreferenceStore(db),
  people: createPersonStore(db),
  rooms: createRoomStore(db),
  emails: createEmailStore(db),
});
