import { type PayloadOf, requireViewer, type StreamItem, selectItems } from '@souk/runtime';
import type { Context } from '../context.ts';
import { ownStream, type Room } from '../domain/room.ts';
import { findRoom } from './read-room.ts';

type Sent = Pick<StreamItem, 'cursor' | 'occurredAt'>;
type Reset = Extract<StreamItem, { kind: 'reset' }>;

export type InboxItem = Sent &
  (
    | { __typename: 'RoomStateChanged'; room: Room }
    | { __typename: 'CaughtUp'; replayed: number }
    | { __typename: 'StreamReset'; reason: Reset['reason'] }
  );

/** Follows the viewer's own doings; the stream's name is the viewer's own, so there is none to ask for. */
export async function followInbox(
  after: string | null | undefined,
  context: Context,
): Promise<AsyncIterableIterator<InboxItem>> {
  const { userId } = requireViewer(context.viewer);
  const items = await context.chat.live.follow({ stream: ownStream(userId), after });
  return selectItems(items, (item) => inboxItem(item, context));
}

async function inboxItem(item: StreamItem, context: Context): Promise<InboxItem | null> {
  const { cursor, occurredAt } = item;
  if (item.kind === 'caughtUp') {
    return { __typename: 'CaughtUp', cursor, occurredAt, replayed: item.replayed };
  }
  if (item.kind === 'reset') {
    return { __typename: 'StreamReset', cursor, occurredAt, reason: item.reason };
  }
  if (item.event.type !== 'chat.RoomRead') return null;
  context.forget();
  const { roomId } = item.event.payload as PayloadOf<'chat.RoomRead'>;
  const room = await findRoom(roomId, context);
  // Who is no longer in the room has no state of theirs in it.
  return room?.participation ? { __typename: 'RoomStateChanged', cursor, occurredAt, room } : null;
}
