import type { Resolvers } from '../__generated__/resolvers.ts';
import { Delivery } from './Delivery.ts';
import { Device } from './Device.ts';
import { EmailMessage } from './EmailMessage.ts';
import { Mutation } from './Mutation.ts';
import { Notification } from './Notification.ts';
import { NotificationConnection } from './NotificationConnection.ts';
import { NotificationCounts } from './NotificationCounts.ts';
import { NotificationCreated } from './NotificationCreated.ts';
import { NotificationExplanation } from './NotificationExplanation.ts';
import { NotificationPreferences, QuietPeriod } from './NotificationPreferences.ts';
import { NotificationsChanged } from './NotificationsChanged.ts';
import { Query } from './Query.ts';
import { Shareable, Watch } from './Shareable.ts';
import { Subscription } from './Subscription.ts';
import { Viewer } from './Viewer.ts';
import { SellerDesk, WebhookAttempt, WebhookEndpoint } from './WebhookEndpoint.ts';

export const resolvers: Resolvers = {
  Delivery,
  Device,
  EmailMessage,
  Mutation,
  Notification,
  NotificationConnection,
  NotificationCounts,
  NotificationCreated,
  NotificationExplanation,
  NotificationPreferences,
  NotificationsChanged,
  Query,
  QuietPeriod,
  SellerDesk,
  Shareable,
  Subscription,
  Viewer,
  Watch,
  WebhookAttempt,
  WebhookEndpoint,
};
