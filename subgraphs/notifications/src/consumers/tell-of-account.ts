import type { NotifyDeps } from '../use-cases/deps.ts';
import { tell } from '../use-cases/tell.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/** A change of what somebody signs in with is in their inbox, beside the mail about it. */
export const tellOfSecurity = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'tell-of-security',
    consumes: 'users.SecurityChanged',
    handle: ({ event: { userId, change }, ...delivery }, stores) => {
      const words = { text: change, values: {} };
      const target = { type: 'SessionTarget' } as const;
      return tell(deps, stores, { ...delivery, kind: 'SECURITY', words, target }, [userId]);
    },
  });

/** What somebody wanted to be reminded of. */
export const tellOfReminder = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'tell-of-reminder',
    consumes: 'chat.ReminderDue',
    handle: ({ event: { userId, roomId, messageId, note }, ...delivery }, stores) => {
      // What they wrote to themselves, and nothing of the message, which may be gone or hidden by now.
      const words = {
        text: note ? 'REMINDER_OF' : 'REMINDER',
        values: { said: note ?? '' },
      } as const;
      const target = { type: 'RoomTarget', roomId, messageId } as const;
      return tell(deps, stores, { ...delivery, kind: 'SYSTEM', words, target }, [userId]);
    },
  });

/** A message was reported to those who keep order where it was said. */
export const tellOfReport = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'tell-of-report',
    consumes: 'chat.ReportFiled',
    handle: ({ event: { reportId, recipientIds }, ...delivery }, stores) => {
      const words = { text: 'REPORT_FILED', values: {} } as const;
      const target = { type: 'ReportTarget', reportId } as const;
      return tell(deps, stores, { ...delivery, kind: 'REPORT_FILED', words, target }, recipientIds);
    },
  });
