import type { VapidKeys } from './push/vapid-keys.ts';
import type { NotificationsDeps } from './use-cases/deps.ts';

/** What use cases, resolvers and routes stand on. */
export interface NotificationsServices extends NotificationsDeps {
  /** What whoever carries our mails shows; null where nobody may. */
  mailFeedbackSecret: string | null;
  vapidKeys: () => Promise<VapidKeys>;
}
