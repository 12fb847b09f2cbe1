import { assertExactlyOne, badInput, isIdOf, notFound } from '@souk/runtime/domain';
import { DEFAULT_PAGE_SIZE, pageOf } from '@souk/runtime/graphql';
import type { MessageAnchor, RoomMessagesArgs } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { assertAroundAlone, historyRange } from '../domain/message-page.ts';
import type { Room } from '../domain/room.ts';

/**
 * A page of a room's history. It ends at the room's newest message as it was read together with
 * the room's `head`, not at the newest there is by now: what came in between is what
 * `roomEvents(after: head)` begins with, so query and subscription meet without gap or overlap.
 */
export async function messageHistory(room: Room, args: RoomMessagesArgs, context: Context) {
  const { cursors } = context;
  assertAroundAlone(args);
  const purpose = `messages:${room.id}`;
  const { first, after, last, before } = args;
  const newest = first == null && after == null && last == null && before == null;
  const page = pageOf<number>(
    newest ? { last: DEFAULT_PAGE_SIZE } : { first, after, last, before },
    {
      cursors,
      purpose,
    },
  );
  const around = args.around == null ? null : await anchorOf(args.around, room, context);
  const { low, high } = historyRange({ ...page, around }, room.lastSequence);
  const messages = low > high ? [] : await context.loaders.history({ roomId: room.id, low, high });
  const edges = messages.map((node) => ({ cursor: cursors.sign(purpose, node.sequence), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: high < room.lastSequence,
      hasPreviousPage: low > 1,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** The sequence around which the page lies; in a room without messages there is nothing around. */
async function anchorOf(anchor: MessageAnchor, room: Room, context: Context): Promise<number> {
  const { messageId, sequence, at, firstUnread } = anchor;
  assertExactlyOne({ messageId, sequence, at, firstUnread }, ['around']);
  const { lastSequence } = room;
  if (messageId != null) return sequenceOf(messageId, room, context);
  if (sequence != null) {
    if (sequence < 1) throw badInput('Sequences begin with 1.', ['around', 'sequence']);
    return Math.min(sequence, lastSequence);
  }
  if (at != null) {
    return Math.min(await context.stores.messages.sequenceSince(room, at), lastSequence);
  }
  if (!firstUnread) throw badInput('Leave it out instead.', ['around', 'firstUnread']);
  return Math.min((room.participation?.readUpTo ?? lastSequence) + 1, lastSequence);
}

async function sequenceOf(messageId: string, room: Room, { loaders }: Context): Promise<number> {
  const message = isIdOf('msg', messageId) ? await loaders.message.load(messageId) : null;
  if (message?.roomId !== room.id) throw notFound('Message', ['around', 'messageId']);
  return message.sequence;
}
