import {
  type PayloadOf,
  requireViewer,
  type StreamItem,
  type StreamResetReason,
  selectItems,
} from '@souk/runtime';
import type { Context } from '../context.ts';
import { inboxStream } from '../domain/notification.ts';
import type { NotificationCreatedModel, NotificationsReadModel } from './models.ts';

type Sent = Pick<StreamItem, 'cursor' | 'occurredAt'>;

export type NotificationItem =
  | NotificationCreatedModel
  | NotificationsReadModel
  | (Sent & { __typename: 'CaughtUp'; replayed: number })
  | (Sent & { __typename: 'StreamReset'; reason: StreamResetReason });

/** Follows the viewer's inbox; the stream's name is the viewer's own, so there is none to ask for. */
export async function followInbox(
  after: string | null | undefined,
  context: Context,
): Promise<AsyncIterableIterator<NotificationItem>> {
  const { userId } = requireViewer(context.viewer);
  const items = await context.live.follow({ stream: inboxStream(userId), after });
  let sent = 0;
  return selectItems(items, async (item) => {
    const selected = await notificationItemOf(item, sent, context);
    if (selected) sent += 1;
    return selected;
  });
}

async function notificationItemOf(
  item: StreamItem,
  sent: number,
  context: Context,
): Promise<NotificationItem | null> {
  const { cursor, occurredAt } = item;
  const at = { cursor, occurredAt };
  if (item.kind === 'caughtUp') {
    return { __typename: 'CaughtUp', ...at, replayed: Math.min(sent, item.replayed) };
  }
  if (item.kind === 'reset') return { __typename: 'StreamReset', ...at, reason: item.reason };
  context.reload();
  const { type, payload } = item.event;
  if (type === 'notifications.NotificationCreated') {
    const { notificationId } = payload as PayloadOf<typeof type>;
    // What was dismissed meanwhile is nothing to be shown any more.
    const notification = await context.loaders.notification.load(notificationId);
    return notification && { __typename: 'NotificationCreated', ...at, notification };
  }
  if (type !== 'notifications.NotificationsRead') return null;
  const { userId, ids } = payload as PayloadOf<typeof type>;
  return { __typename: 'NotificationsRead', ...at, userId, ids };
}
