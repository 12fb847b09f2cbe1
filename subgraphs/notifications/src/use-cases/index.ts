import { archiveNotifications } from './archive-notifications.ts';
import { dismissNotification } from './dismiss-notification.ts';
import { markNotificationsRead } from './mark-notifications-read.ts';
import { markNotificationsSeen } from './mark-notifications-seen.ts';
import { markNotificationsUnread } from './mark-notifications-unread.ts';
import { registerDevice } from './register-device.ts';
import { removeDevice } from './remove-device.ts';
import { retryEmail } from './retry-email.ts';
import { sendTestNotification } from './send-test-notification.ts';
import { unwatch, watch } from './set-watch.ts';
import { confirmSmsNumber, removeSmsNumber, setSmsNumber } from './sms-numbers.ts';
import { snoozeNotification } from './snooze-notification.ts';
import { unsubscribe } from './unsubscribe.ts';
import { updateNotificationPreferences } from './update-notification-preferences.ts';
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  replayWebhooks,
  rotateWebhookSecret,
  updateWebhookEndpoint,
} from './webhook-endpoints.ts';

export const useCases = {
  ofViewer: {
    archiveNotifications,
    confirmSmsNumber,
    createWebhookEndpoint,
    deleteWebhookEndpoint,
    dismissNotification,
    markNotificationsRead,
    markNotificationsSeen,
    markNotificationsUnread,
    registerDevice,
    removeDevice,
    removeSmsNumber,
    replayWebhooks,
    retryEmail,
    rotateWebhookSecret,
    sendTestNotification,
    setSmsNumber,
    snoozeNotification,
    unwatch,
    updateNotificationPreferences,
    updateWebhookEndpoint,
    watch,
  },
  ofAnybody: { unsubscribe },
};
