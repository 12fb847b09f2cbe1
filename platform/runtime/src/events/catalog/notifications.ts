import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const notificationsEvents = {
  'notifications.NotificationCreated': defineEvent({
    version: 1,
    summary: "A notice came into somebody's inbox, or one there counts one more.",
    payload: z.object({ userId: z.string(), notificationId: z.string() }),
    consumedBy: [],
  }),
  'notifications.NotificationChanged': defineEvent({
    version: 1,
    summary: "A notice of somebody's inbox says something else, or is not there any more.",
    payload: z.object({ userId: z.string(), notificationId: z.string() }),
    consumedBy: [],
  }),
  'notifications.NotificationsRead': defineEvent({
    version: 1,
    summary: 'Somebody read or dismissed notices of their inbox.',
    payload: z.object({
      userId: z.string(),
      ids: z.array(z.string()),
      /** Place in the person's stream up to which all were read, when there are too many to list. */
      readUpTo: z.number().int().nullable().default(null),
    }),
    consumedBy: [],
  }),
  'notifications.MailRequested': defineEvent({
    version: 1,
    summary: 'A mail was written and waits in the outbox of mails.',
    payload: z.object({ emailId: z.string() }),
    consumedBy: ['notifications'],
  }),
};
