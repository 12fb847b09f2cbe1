import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const notificationsEvents = {
  'notifications.NotificationCreated': defineEvent({
    version: 1,
    summary: "A notice came into somebody's inbox, or one there counts one more.",
    payload: z.object({ userId: z.string(), notificationId: z.string(), unread: z.number().int() }),
    consumedBy: [],
  }),
  'notifications.NotificationsRead': defineEvent({
    version: 1,
    summary: 'Somebody read notices of their inbox.',
    payload: z.object({ userId: z.string(), ids: z.array(z.string()), unread: z.number().int() }),
    consumedBy: [],
  }),
};
