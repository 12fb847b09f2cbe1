import type { PayloadOf, RecordedEvent, StreamItem } from '@souk/runtime';
import type { SharedReads } from '../persistence/loaders.ts';
import type { MessagePostedModel, ParticipantsChangedModel, ReadMovedModel } from './models.ts';

type RoomStreamItem =
  | MessagePostedModel
  | ReadMovedModel
  | ParticipantsChangedModel
  | { __typename: 'CaughtUp'; cursor: string; occurredAt: Date; replayed: number }
  | {
      __typename: 'StreamReset';
      cursor: string;
      occurredAt: Date;
      reason: 'CURSOR_EXPIRED' | 'CURSOR_UNKNOWN' | 'ACCESS_CHANGED';
    };

/** What `roomEvents` sends for an item of a room's stream; null for what clients are not told. */
export async function roomStreamItem(
  item: StreamItem,
  shared: SharedReads,
): Promise<RoomStreamItem | null> {
  const { cursor, occurredAt } = item;
  if (item.kind === 'caughtUp') {
    return { __typename: 'CaughtUp', cursor, occurredAt, replayed: item.replayed };
  }
  if (item.kind === 'reset') {
    return { __typename: 'StreamReset', cursor, occurredAt, reason: item.reason };
  }
  const { event } = item;
  const place = { cursor, occurredAt, roomId: roomOf(event) };
  switch (event.type) {
    case 'chat.MessagePosted': {
      const { messageId } = event.payload as PayloadOf<'chat.MessagePosted'>;
      const message = await shared.message.load(messageId);
      return message && { __typename: 'MessagePosted', ...place, message };
    }
    case 'chat.ParticipantsChanged': {
      const { joined, left } = event.payload as PayloadOf<'chat.ParticipantsChanged'>;
      return { __typename: 'ParticipantsChanged', ...place, joined, left };
    }
    case 'chat.ReadMoved': {
      const { userId, joinedAt, readUpTo } = event.payload as PayloadOf<'chat.ReadMoved'>;
      const participant = {
        roomId: place.roomId,
        userId,
        joinedAt: new Date(joinedAt),
        sharedReadSequence: readUpTo,
        sharedReadAt: occurredAt,
        showsReading: true,
      };
      return { __typename: 'ReadMoved', ...place, participant };
    }
    default:
      return null;
  }
}

const roomOf = ({ stream }: RecordedEvent) => stream.slice('room:'.length);
