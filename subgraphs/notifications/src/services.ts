import type { VapidKeys } from './push/vapid-keys.ts';
import type { NotificationsDeps } from './use-cases/deps.ts';

/** What use cases, resolvers and routes stand on. */
export interface NotificationsServices extends NotificationsDeps {
  /** What whoever carries our mails shows; null where nobody may. */
  mailFeedbackSecret: string | null;
  /** What Twilio signs its word of text messages with; null where none are sent. */
  twilioToken: string | null;
  /** Where Twilio says what became of one; null where it cannot reach us. */
  smsStatusUrlOf: (smsId: string) => string | null;
  vapidKeys: () => Promise<VapidKeys>;
}
