import type { StreamItem } from '@souk/runtime/events';
import type { Connection } from '@souk/runtime/graphql';
import type { Device } from '../domain/device.ts';
import type { Notification, UnreadCounts } from '../domain/notification.ts';
import type { QuietPeriod } from '../domain/quiet-hours.ts';
import type { Watch } from '../domain/watch.ts';
import type { WebhookAttempt, WebhookEndpoint } from '../domain/webhook.ts';
import type { LatestDelivery } from '../persistence/delivery-store.ts';
import type { Email } from '../persistence/email-store.ts';
import type { InboxCriteria } from '../persistence/inbox-lists.ts';
import type { Explanation } from '../use-cases/explain-notification.ts';

/** The values from which the resolvers of each GraphQL type start. */
export type NotificationModel = Notification;
export type DeliveryModel = LatestDelivery;
export type EmailMessageModel = Email;
export type NotificationExplanationModel = Explanation;
export type WatchModel = Watch;
export type WebhookEndpointModel = WebhookEndpoint;
export type WebhookAttemptModel = WebhookAttempt;
export interface SellerDeskModel {
  id: string;
}
export interface ShareableModel {
  id: string;
}
export interface SupportTargetModel {
  roomId: string;
  desk: SellerDeskModel;
  sellerOrder: { id: string } | null;
}
export interface EntityTargetModel {
  entity: ShareableModel;
}
export type DeviceModel = Device;
export type QuietPeriodModel = QuietPeriod;
export interface SessionTargetModel {
  viewer: ViewerModel;
}
export interface UserModel {
  id: string;
}
export interface ViewerModel {
  id: string;
}
export interface NotificationPreferencesModel {
  userId: string;
}

/** A page whose total is counted only if it is requested. */
export interface NotificationConnectionModel extends Connection<Notification> {
  counted: InboxCriteria;
}

type Sent = Pick<StreamItem, 'cursor' | 'occurredAt'>;

export interface NotificationCreatedModel extends Sent {
  __typename: 'NotificationCreated';
  notification: Notification;
}
export interface NotificationsChangedModel extends Sent {
  __typename: 'NotificationsChanged';
  userId: string;
  notifications: Notification[] | null;
  upTo: string | null;
  deletedIds: string[];
}
export type NotificationCountsModel = UnreadCounts;
