import { requireViewer } from '@souk/runtime/domain';
import type { EventName, RecordedEvent } from '@souk/runtime/events';
import type { StreamNotice, StreamPlace } from '@souk/runtime/subgraph';
import type { Context } from '../context.ts';
import { seesAll } from '../domain/room.ts';
import type { InboxEvent, TalkEvent } from './models.ts';
import { blockEvent, ownThingEvent } from './own-thing-event.ts';
import { findRoom } from './read-room.ts';
import { type TalkReads, talkEvent, talkReads } from './talk-event.ts';

interface InboxArguments {
  readonly messages?: boolean | null | undefined;
  readonly after?: string | null | undefined;
}

/**
 * Everything that happens in all rooms of the viewer; since the rooms are their own, no access has to be
 * checked.
 */
export const inboxEvents = {
  subscribe: async (
    _: unknown,
    { messages, after = null }: InboxArguments,
    context: Context,
  ): Promise<AsyncIterableIterator<never>> => {
    const everyMessage = messages ?? false;
    const items = await context.services.inboxFeed.follow({
      viewerId: requireViewer(context.viewer).userId,
      ...{ after, everyMessage },
      show: (event, place, earlier) => {
        context.reload();
        return inboxEvent([event, ...earlier], place, everyMessage, context);
      },
    });
    return items as never;
  },
  resolve: (shown: unknown) => shown as InboxEvent | TalkEvent | StreamNotice,
};

/** What the viewer did themselves, on any device. */
const OWN: ReadonlySet<EventName> = new Set([
  'chat.RoomRead',
  'chat.ThreadRead',
  'chat.RoomMarked',
  'chat.RoomPreferencesChanged',
]);

/** The newest of several events, as its viewer sees it on behalf of all of them; null when it is not sent. */
async function inboxEvent(
  events: readonly [RecordedEvent, ...RecordedEvent[]],
  place: StreamPlace,
  everyMessage: boolean,
  context: Context,
): Promise<InboxEvent | TalkEvent | null> {
  const [event] = events;
  const { type, payload } = event;
  switch (type) {
    case 'chat.ReminderDue': {
      // The mentioned person may have cancelled it by now.
      const { userId, messageId } = payload;
      const reminder = await context.stores.reminders.find(userId, messageId);
      return reminder && { __typename: 'ReminderDue', ...place, userId, messageId };
    }
    case 'chat.RoomRequested': {
      // It may have been answered, or withdrawn, by now.
      const room = await findRoom(payload.roomId, context);
      return room?.pendingRequest ? { __typename: 'RoomRequested', ...place, room } : null;
    }
    case 'chat.RoomRequestClosed':
    case 'chat.RoomRemoved':
      return { __typename: 'RoomRemoved', ...place, roomId: payload.roomId };
    case 'chat.OwnThingChanged':
      return ownThingEvent(payload, place, context);
    case 'chat.BlockChanged':
      return blockEvent(payload, place, context);
    case 'chat.GroupStandingChanged':
      return { __typename: 'GroupStandingChanged', ...place, group: { id: payload.groupId } };
    case 'chat.RoomAdded':
    case 'chat.RoomRead':
    case 'chat.ThreadRead':
    case 'chat.RoomMarked':
    case 'chat.RoomPreferencesChanged':
    case 'chat.RoomUpdated':
    case 'chat.ThreadReplied':
    case 'chat.MessagePosted':
    case 'chat.SystemMessagePosted':
    case 'chat.MessageEdited':
    case 'chat.MessageGrew':
    case 'chat.MessageDeleted':
    case 'chat.ReactionsChanged':
    case 'chat.PinChanged': {
      const { roomId } = payload;
      const room = await findRoom(roomId, context);
      // A viewer who is no longer in the room has no state in it.
      if (!room?.participation) return null;
      if (type === 'chat.RoomAdded') return { __typename: 'RoomAdded', ...place, room };
      if (type === 'chat.RoomUpdated') {
        return { __typename: 'RoomUpdated', ...place, roomId, changed: payload.changed };
      }
      const stateChanged = { __typename: 'RoomStateChanged', ...place, room } as const;
      if (OWN.has(type)) return stateChanged;
      const viewerId = context.viewer?.userId ?? null;
      const reads = talkReads(context.services.sharedReads, viewerId, room);
      if (everyMessage) return talkEvent(event, place, reads);
      return seesAll(room) || (await isAnySeen(events, place, reads)) ? stateChanged : null;
    }
    default:
      return null;
  }
}

/** Whether anything of it is shown to a viewer from whom some of the room's history is hidden. */
async function isAnySeen(
  events: readonly RecordedEvent[],
  place: StreamPlace,
  reads: TalkReads,
): Promise<boolean> {
  for (const event of events) {
    if (event.type === 'chat.RoomUpdated') return true;
    if (await talkEvent(event, place, reads)) return true;
  }
  return false;
}
