import { assertExactlyOne, badInput, isIdOf, notFound } from '@souk/runtime/domain';
import { DEFAULT_PAGE_SIZE, pageOf } from '@souk/runtime/graphql';
import type { MessageAnchor, RoomMessagesArgs } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import type { Message } from '../domain/message.ts';
import { assertAroundAlone, historyRange } from '../domain/message-page.ts';

/** Messages in one dense order, as far as the reader knows: of a room, or of a thread. */
export interface History {
  /** The purpose of the cursors. */
  purpose: string;
  roomId: string;
  threadRootId?: string;
  lastSequence: number;
  /** The viewer may not read anything up to this. */
  hiddenUpTo: number;
  /** Sequence of the oldest message that the viewer has not read; beyond the newest when there is none. */
  firstUnread(): Promise<number>;
}

/**
 * A page of a history. It ends at the newest message that was read together with the room's `head`, not at
 * the newest that exists by now: `roomEvents(after: head)` begins with what came in between, so query and
 * subscription meet without gap or overlap.
 */
export async function messageHistory(history: History, args: RoomMessagesArgs, context: Context) {
  const { cursors, loaders } = context;
  assertAroundAlone(args);
  const { purpose, lastSequence, hiddenUpTo, roomId, threadRootId } = history;
  const { first, after, last, before } = args;
  const newest = first == null && after == null && last == null && before == null;
  const page = pageOf<number>(
    newest ? { last: DEFAULT_PAGE_SIZE } : { first, after, last, before },
    { cursors, purpose },
  );
  const around = args.around == null ? null : await anchorOf(args.around, history, context);
  const { low, high } = historyRange({ ...page, around }, lastSequence, hiddenUpTo);
  const range = { roomId, ...(threadRootId ? { threadRootId } : {}), low, high };
  const messages = low > high ? [] : await loaders.history(range);
  const edges = messages.map((node) => ({ cursor: cursors.sign(purpose, node.sequence), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: high < lastSequence,
      hasPreviousPage: low > hiddenUpTo + 1,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** The sequence at the centre of the page; an empty history has none. */
async function anchorOf(
  anchor: MessageAnchor,
  history: History,
  context: Context,
): Promise<number> {
  const { messageId, sequence, at, firstUnread } = anchor;
  assertExactlyOne({ messageId, sequence, at, firstUnread }, ['around']);
  const { lastSequence } = history;
  if (messageId != null) return sequenceOf(messageId, history, context);
  if (sequence != null) {
    if (sequence < 1) throw badInput('Sequences start at 1.', ['around', 'sequence']);
    return Math.min(sequence, lastSequence);
  }
  if (at != null) {
    return Math.min(await context.stores.messages.sequenceSince(history, at), lastSequence);
  }
  if (!firstUnread) throw badInput('Must be true or left out.', ['around', 'firstUnread']);
  return Math.min(await history.firstUnread(), lastSequence);
}

async function sequenceOf(
  messageId: string,
  history: History,
  { loaders }: Context,
): Promise<number> {
  const message = isIdOf('msg', messageId) ? await loaders.message.load(messageId) : null;
  if (!message || !isOf(message, history)) throw notFound('Message', ['around', 'messageId']);
  return message.sequence;
}

const isOf = (message: Message, { roomId, threadRootId }: History): boolean =>
  message.roomId === roomId && message.threadRootId === (threadRootId ?? null);
