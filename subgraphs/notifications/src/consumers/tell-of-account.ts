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
    handle: ({ event: { userId, roomId, messageId }, ...delivery }, stores) => {
      const words = { text: 'REMINDER', values: {} } as const;
      const target = { type: 'RoomTarget', roomId, messageId } as const;
      return tell(deps, stores, { ...delivery, kind: 'SYSTEM', words, target }, [userId]);
    },
  });
