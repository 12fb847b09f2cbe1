import { type RecordedEvent, roomStream } from '@souk/runtime/events';
import type { StreamPlace } from '@souk/runtime/subgraph';
import type { SharedReads } from '../persistence/loaders.ts';
import type { MessagePostedModel, ParticipantsChangedModel, ReadMovedModel } from './models.ts';

/** An event of a room as `roomEvents` shows it; null for what clients are not sent. */
export async function roomEvent(
  { type, payload, stream }: RecordedEvent,
  { cursor, occurredAt }: StreamPlace,
  shared: SharedReads,
): Promise<MessagePostedModel | ReadMovedModel | ParticipantsChangedModel | null> {
  const roomId = roomStream.idOf(stream);
  const place = { cursor, occurredAt, roomId };
  switch (type) {
    case 'chat.MessagePosted': {
      const message = await shared.message.load(payload.messageId);
      return message && { __typename: 'MessagePosted', ...place, message };
    }
    case 'chat.ParticipantsChanged': {
      const { joined, left } = payload;
      return { __typename: 'ParticipantsChanged', ...place, joined, left };
    }
    case 'chat.ReadMoved': {
      const { userId, joinedAt, messageSequence } = payload;
      const participant = {
        roomId,
        userId,
        joinedAt: new Date(joinedAt),
        sharedReadUpTo: messageSequence > 0 ? messageSequence : null,
        sharedReadAt: occurredAt,
        showsReading: true,
      };
      return { __typename: 'ReadMoved', ...place, participant };
    }
    default:
      return null;
  }
}
