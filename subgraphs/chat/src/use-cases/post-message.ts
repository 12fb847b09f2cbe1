import { roomStream, type TransactionTools } from '@souk/runtime/events';
import { contactRefused } from '../domain/errors.ts';
import { calledBy, type Mention } from '../domain/mentions.ts';
import { draftHash, excerptOf, type Message, UNTOUCHED } from '../domain/message.ts';
import { assertMayPost } from '../domain/room.ts';
import type { Stores } from '../persistence/stores.ts';
import { announceOwnReading } from './announce-own-reading.ts';

export interface NewPost {
  id: string;
  roomId: string;
  authorId: string;
  clientMessageId: string;
  text: string;
  replyToId: string | null;
  forwardedFromId?: string | null;
  /** The message in whose thread it is said (`postReply`). */
  threadRootId?: string | null;
  /** Files, in their order. */
  attachmentIds?: readonly string[];
  embedIds?: readonly string[];
  /** Until when its author may append to it; null for a message that is whole. */
  growingUntil?: Date | null;
  /** What tells a repetition; that of the text and what it answers, where it is not given. */
  inputHash?: string;
  /** Whether its author keeps order in the room. */
  isKeeper?: boolean;
  /** How many the room may have with this one; null for any number. */
  mostMessages?: number | null;
  mentions?: readonly Mention[];
  /** Who is there, where it calls them. */
  here?: readonly string[];
  /** When it was asked for; the message is never older than the one before it. */
  at: Date;
}

/** Commits a message and the event that tells of it; null when its author is not in the room. */
export async function postMessage(
  stores: Pick<Stores, 'rooms' | 'messages' | 'mentions' | 'attachments' | 'embeds'> &
    TransactionTools,
  post: NewPost,
): Promise<Message | null> {
  const { rooms, messages, events } = stores;
  const { at, forwardedFromId = null, mentions = [], here = [], ...given } = post;
  const { isKeeper = false, mostMessages = null, attachmentIds = [], embedIds = [] } = given;
  const { id, roomId, authorId, clientMessageId, text, replyToId, inputHash } = given;
  const { growingUntil = null } = given;
  const said = { id, roomId, authorId, clientMessageId, text, replyToId, forwardedFromId };
  const taken = await rooms.takeSequence(roomId, authorId, at);
  if (!taken) return null;
  const { sequence, saidCount, sentAt, rules, lastPostedAt } = taken;
  if (mostMessages !== null && saidCount > mostMessages) throw contactRefused(['input', 'roomId']);
  assertMayPost(rules, { isKeeper, lastPostedAt, now: at });
  const event = await events.append({
    type: 'chat.MessagePosted',
    stream: roomStream(roomId),
    payload: {
      roomId,
      messageId: id,
      sequence,
      authorId,
      excerpt: excerptOf(text),
      ...calledBy(mentions, here),
      attachments: attachmentIds.length,
      embeds: embedIds.length,
    },
  });
  const { sequence: eventSequence } = event;
  const message = {
    ...{ ...said, threadRootId: null, sequence, sentAt, eventSequence },
    ...{ ...UNTOUCHED, growingUntil },
    inputHash: inputHash ?? draftHash(said),
  };
  const { readOthers } = await messages.add(message);
  // Most messages have none of these, and ask no store of them for anything.
  if (mentions.length > 0) await stores.mentions.add(message, mentions);
  if (attachmentIds.length > 0) await stores.attachments.add(id, attachmentIds);
  if (embedIds.length > 0) await stores.embeds.add(id, embedIds);
  if (readOthers) {
    await announceOwnReading({ events }, { roomId, userId: authorId, readUpTo: eventSequence });
  }
  return message;
}
