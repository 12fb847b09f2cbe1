import { type RecordedEvent, roomStream } from '@souk/runtime/events';
import type { StreamPlace } from '@souk/runtime/subgraph';
import type {
  ParticipantsChangedModel,
  ReadMovedModel,
  RoomUpdatedModel,
  TalkEvent,
} from './models.ts';
import { type TalkReads, talkEvent } from './talk-event.ts';

/** An event of a room as `roomEvents` shows it; null when clients are not sent it. */
export async function roomEvent(
  event: RecordedEvent,
  streamPlace: StreamPlace,
  reads: TalkReads,
): Promise<TalkEvent | RoomUpdatedModel | ReadMovedModel | ParticipantsChangedModel | null> {
  const { type, payload, stream } = event;
  const { cursor, occurredAt } = streamPlace;
  const roomId = roomStream.idOf(stream);
  const place = { cursor, occurredAt, roomId };
  switch (type) {
    case 'chat.ParticipantsChanged': {
      const { joined, left } = payload;
      return { __typename: 'ParticipantsChanged', ...place, joined, left };
    }
    case 'chat.RoomUpdated':
      return { __typename: 'RoomUpdated', ...place, changed: payload.changed };
    case 'chat.ReadMoved': {
      const { userId, joinedAt, messageSequence, deliveredSequence, readAt } = payload;
      const isReading = deliveredSequence <= messageSequence;
      const participant = {
        roomId,
        userId,
        joinedAt: new Date(joinedAt),
        sharedReadUpTo: messageSequence > 0 ? messageSequence : null,
        sharedReadAt: readAt === null ? (isReading ? occurredAt : null) : new Date(readAt),
        deliveredUpTo: deliveredSequence,
        showsReading: true,
      };
      return { __typename: 'ReadMoved', ...place, participant };
    }
    default:
      return talkEvent(event, streamPlace, reads);
  }
}
