import { badInput, highlightsOf, requireViewer } from '@souk/runtime/domain';
import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type { MessageFilter, QuerySearchMessagesArgs } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import type { Message } from '../domain/message.ts';
import { rootIdOf } from '../domain/thread.ts';
import type { SearchedRoom } from '../persistence/searched-parts.ts';

/** How many rooms, those with the newest messages, are searched when none are given. */
const MAX_ROOMS_SEARCHED = 500;
const MAX_NAMED = 50;
const MAX_HIGHLIGHTS = 10;

/** Messages with these words, in rooms that the viewer may read at this moment. */
export async function searchMessages(
  { query, filter, first, after }: QuerySearchMessagesArgs,
  context: Context,
) {
  const { cursors, stores } = context;
  const { userId } = requireViewer(context.viewer);
  const { authorIds = null, since = null, until = null, hasAttachment = null } = filter ?? {};
  const { entityId = null, threadId = null } = filter ?? {};
  assertNamed(filter?.authorIds, 'authorIds');
  const purpose = `search-messages:${JSON.stringify([userId, query, filter ?? null])}`;
  const page = pageOf<string>({ first, after }, { cursors, purpose });
  const rooms = await roomsToSearch(filter, userId, context);
  // An id of no thread finds nothing, like that of a thread that the viewer does not see.
  const rootId = threadId === null ? null : (rootIdOf(threadId) ?? threadId);
  const narrower = { hasAttachment, entityId, rootId };
  const wanted = { text: query, rooms, authorIds, since, until, ...narrower };
  const { messages, goesOnAt } = await stores.messageSearch.find(wanted, page);
  const { edges, pageInfo } = connectionOf(messages, page, {
    ...{ cursors, purpose },
    positionOf: ({ id }: Message) => id,
    goesOnAt,
  });
  return {
    pageInfo,
    edges: edges.map((edge) => ({
      ...edge,
      highlights: highlightsOf(edge.node.text ?? '', query, MAX_HIGHLIGHTS),
    })),
  };
}

async function roomsToSearch(
  filter: MessageFilter | null | undefined,
  userId: string,
  { stores, loaders }: Context,
): Promise<SearchedRoom[]> {
  const named = filter?.roomIds;
  if (named == null) return stores.messageSearch.roomsOf(userId, MAX_ROOMS_SEARCHED);
  assertNamed(named, 'roomIds');
  const seen = await Promise.all(named.map((id) => loaders.room.load(id)));
  return seen.flatMap((room) => (room ? { id: room.id, hiddenUpTo: room.hiddenUpTo.event } : []));
}

function assertNamed(ids: readonly string[] | null | undefined, field: string): void {
  if (ids && ids.length > MAX_NAMED) throw badInput(`At most ${MAX_NAMED}.`, ['filter', field]);
}
