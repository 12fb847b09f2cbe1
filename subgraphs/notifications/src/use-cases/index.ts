import { requireViewer, type Viewer } from '@souk/runtime';
import type { NotificationsDeps } from './deps.ts';
import { dismissNotification } from './dismiss-notification.ts';
import { type MarkReadInput, markNotificationsRead } from './mark-notifications-read.ts';
import { updateNotificationPreferences } from './update-notification-preferences.ts';

/** The use cases, each on behalf of the viewer; throws `UNAUTHENTICATED` when nobody is signed in. */
export const useCasesOf = (deps: NotificationsDeps, viewer: Viewer | null) => ({
  markNotificationsRead: (input: MarkReadInput) =>
    markNotificationsRead(deps, requireViewer(viewer), input),
  dismissNotification: (input: { id: string }) =>
    dismissNotification(deps, requireViewer(viewer), input),
  updateNotificationPreferences: (input: Parameters<typeof updateNotificationPreferences>[2]) =>
    updateNotificationPreferences(deps, requireViewer(viewer), input),
});

export type UseCases = ReturnType<typeof useCasesOf>;
