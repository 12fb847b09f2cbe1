import { reportSubject } from '../domain/answering.ts';
import type { NotifyDeps } from '../use-cases/deps.ts';
import { notifyInWords } from '../use-cases/notify-in-words.ts';
import { FOR_GOOD, settleSubjectForAll } from '../use-cases/settle-subjects.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/** A change of somebody's sign-in methods is in their inbox, in addition to the mail about it. */
export const notifyOfSecurity = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-security',
    consumes: 'users.SecurityChanged',
    handle: ({ event: { userId, change }, ...delivery }, stores) => {
      const words = { text: change, values: {} };
      const target = { type: 'SessionTarget' } as const;
      return notifyInWords(deps, stores, { ...delivery, kind: 'SECURITY', words, target }, [
        userId,
      ]);
    },
  });

/** What somebody wanted to be reminded of. */
export const notifyOfReminder = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-reminder',
    consumes: 'chat.ReminderDue',
    handle: ({ event: { userId, roomId, messageId, note }, ...delivery }, stores) => {
      // Their own note, without the message itself, which may be deleted or hidden by now.
      const words = {
        text: note ? 'REMINDER_OF' : 'REMINDER',
        values: { said: note ?? '' },
      } as const;
      const target = { type: 'RoomTarget', roomId, messageId } as const;
      return notifyInWords(deps, stores, { ...delivery, kind: 'SYSTEM', words, target }, [userId]);
    },
  });

/** A message was reported to the moderators of its room. */
export const notifyOfReport = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-report',
    consumes: 'chat.ReportFiled',
    handle: ({ event: { reportId, roomId, recipientIds }, ...delivery }, stores) => {
      const words = { text: 'REPORT_FILED', values: {} } as const;
      const target = { type: 'ReportTarget', reportId, roomId } as const;
      const subject = reportSubject(reportId);
      const report = { kind: 'REPORT_FILED', words, target, subject } as const;
      return notifyInWords(deps, stores, { ...delivery, ...report }, recipientIds);
    },
  });

/** Once one of them has decided, the others need not read it. */
export const settleDecidedReport = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'settle-decided-report',
    consumes: 'chat.ReportDecided',
    handle: ({ event: { reportId, recipientIds: userIds } }, stores) =>
      settleSubjectForAll(deps, stores, {
        ...{ userIds, subject: reportSubject(reportId), settledAt: FOR_GOOD },
      }),
  });
