import { dismissNotification } from './dismiss-notification.ts';
import { markNotificationsRead } from './mark-notifications-read.ts';
import { updateNotificationPreferences } from './update-notification-preferences.ts';

export const useCases = {
  ofViewer: { dismissNotification, markNotificationsRead, updateNotificationPreferences },
};
