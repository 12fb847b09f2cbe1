import type { RecordedEvent } from '@souk/runtime/events';
import type { StreamPlace } from '@souk/runtime/subgraph';
import { type Room, seesAll } from '../domain/room.ts';
import { rootIdOf } from '../domain/thread.ts';
import type { SharedReads } from '../persistence/loaders.ts';
import type { TalkEvent } from './models.ts';

/** What a stream reads about messages. */
export interface TalkReads {
  message: Pick<SharedReads['message'], 'load'>;
  thread: Pick<SharedReads['thread'], 'load'>;
}

/** Reads for one viewer: together with all others, unless some of the history is hidden from them. */
export const talkReads = (
  shared: SharedReads,
  viewerId: string | null,
  room: Pick<Room, 'hiddenUpTo'> | null,
): TalkReads =>
  viewerId === null || room === null || seesAll(room)
    ? shared
    : { message: shared.messagesVisibleTo(viewerId), thread: shared.thread };

/**
 * New and changed messages as all streams show them: the message in its current state. Null for other events,
 * and for a message that is not for the viewer.
 */
export async function talkEvent(
  { type, payload }: RecordedEvent,
  { cursor, occurredAt }: StreamPlace,
  { message: messages, thread: threads }: TalkReads,
): Promise<TalkEvent | null> {
  switch (type) {
    case 'chat.ThreadReplied': {
      const { roomId, messageId, threadId } = payload;
      const [message, thread] = await Promise.all([
        messages.load(messageId),
        threads.load(rootIdOf(threadId) ?? ''),
      ]);
      const shown = { cursor, occurredAt, roomId };
      return message && thread && { __typename: 'ThreadUpdated', ...shown, message, thread };
    }
    case 'chat.MessagePosted':
    case 'chat.SystemMessagePosted':
    case 'chat.MessageEdited':
    case 'chat.MessageGrew':
    case 'chat.MessageDeleted':
    case 'chat.ReactionsChanged':
    case 'chat.PinChanged': {
      const { roomId, messageId } = payload;
      const message = await messages.load(messageId);
      if (!message) return null;
      const shown = { cursor, occurredAt, roomId, message };
      if (type === 'chat.MessageDeleted') {
        return { __typename: 'MessageDeleted', ...shown, deletedBy: payload.deletedBy };
      }
      if (type === 'chat.MessageGrew') {
        return { __typename: 'MessageGrew', ...shown, from: payload.from };
      }
      return { __typename: TYPES[type], ...shown };
    }
    default:
      return null;
  }
}

const TYPES = {
  'chat.MessagePosted': 'MessagePosted',
  'chat.SystemMessagePosted': 'MessagePosted',
  'chat.MessageEdited': 'MessageEdited',
  'chat.ReactionsChanged': 'ReactionsChanged',
  'chat.PinChanged': 'PinChanged',
} as const;
