import { roomStream, type TransactionTools, userStream } from '@souk/runtime/events';
import { contactRefused } from '../domain/errors.ts';
import { calledBy, type Mention } from '../domain/mentions.ts';
import { draftHash, excerptOf, type Message, UNTOUCHED } from '../domain/message.ts';
import { assertMayPost } from '../domain/room.ts';
import type { DecidedBy } from '../persistence/room-rows.ts';
import type { Stores } from '../persistence/stores.ts';

export interface NewPost {
  id: string;
  roomId: string;
  authorId: string;
  clientMessageId: string;
  text: string;
  replyToId: string | null;
  forwardedFromId?: string | null;
  /** The root of the thread in which it is posted (`postReply`). */
  threadRootId?: string | null;
  /** Files, in their order. */
  attachmentIds?: readonly string[];
  embedIds?: readonly string[];
  /** Until when its author may append to it; null for a complete message. */
  growingUntil?: Date | null;
  /** Whether it is one that grows, and its author is staff that moderates everywhere. */
  growsAsStaff?: boolean;
  /** Recognises a repetition; by default computed from the text and what it answers. */
  inputHash?: string;
  /** Whether its author moderates the room. */
  isKeeper?: boolean;
  /** How many messages the room may have including this one; null for any number. */
  mostMessages?: number | null;
  mentions?: readonly Mention[];
  /** The people present, if it mentions them. */
  here?: readonly string[];
  /**
   * What the decision that its author may post was based on: it is posted only if all of that is still so,
   * and nothing is decided here. Without it, that is decided once the message has its sequence.
   */
  decidedBy?: DecidedBy;
  /** When it was requested; a message is never older than the one before it. */
  at: Date;
}

/**
 * Commits a message and its events in one statement; null when its author is not in the room, or when what
 * the decision was based on has changed.
 */
export async function postMessage(
  stores: Pick<Stores, 'messages' | 'mentions' | 'attachments' | 'embeds'> & TransactionTools,
  post: NewPost,
): Promise<Message | null> {
  const { messages, events } = stores;
  const { at, forwardedFromId = null, mentions = [], here = [], decidedBy, ...given } = post;
  const { isKeeper = false, mostMessages = null, attachmentIds = [], embedIds = [] } = given;
  const { id, roomId, authorId, clientMessageId, text, replyToId, growingUntil = null } = given;
  const { growsAsStaff = false } = given;
  const said = { id, roomId, authorId, clientMessageId, text, replyToId, forwardedFromId };
  const inputHash = given.inputHash ?? draftHash(said);
  const stream = roomStream(roomId);
  const posted = await events.appendWith(
    messages.posting({ ...said, growingUntil, growsAsStaff, inputHash, at }, { stream, decidedBy }),
    [
      {
        type: 'chat.MessagePosted',
        stream,
        payload: {
          roomId,
          messageId: id,
          authorId,
          excerpt: excerptOf(text),
          ...calledBy(mentions, here),
          attachments: attachmentIds.length,
          embeds: embedIds.length,
        },
      },
      // Only if there were messages that they had not read (`announceOwnReading`).
      {
        type: 'chat.RoomRead',
        stream: userStream(authorId),
        payload: { roomId, userId: authorId },
      },
    ],
  );
  if (!posted) return null;
  const { sequence, saidCount, sentAt, rules, lastPostedAt } = posted.gives;
  if (!decidedBy) {
    if (mostMessages !== null && saidCount > mostMessages) {
      throw contactRefused(['input', 'roomId']);
    }
    assertMayPost(rules, { isKeeper, lastPostedAt, now: at });
  }
  const message = {
    ...{ ...said, threadRootId: null, sequence, sentAt },
    eventSequence: posted.events[0]?.sequence ?? 0,
    ...{ ...UNTOUCHED, growingUntil, inputHash },
  };
  // Most messages have none of these, and use none of their stores.
  if (mentions.length > 0) await stores.mentions.add(message, mentions);
  if (attachmentIds.length > 0) await stores.attachments.add(id, attachmentIds);
  if (embedIds.length > 0) await stores.embeds.add(id, embedIds);
  return message;
}
