import {
  createListLoader,
  createLoader,
  createViewerLoaders,
  type ListLoader,
} from '@souk/runtime/graphql';
import { RECEIPTS_UP_TO_PEOPLE } from '../domain/room.ts';
import type { BansRequest } from './ban-store.ts';
import { createJustSaid, type IsNewest } from './just-said.ts';
import type { KnownUser } from './known-user-store.ts';
import { draftKey, keyOfParticipant, participantKey, placeOfDraft } from './loader-keys.ts';
import type { Count, Loaders, Reader, SharedReads } from './loaders.ts';
import type { RevisionsRequest } from './message-edit-store.ts';
import type { PinnedRequest } from './message-lists.ts';
import type { AskedMessage, MessageRange, PlaceInRoom } from './message-store.ts';
import type { ParticipantsRequest } from './participant-store.ts';
import type { ReadersRequest } from './reading-store.ts';
import type { GroupRoomsRequest } from './room-lists.ts';
import type { AskedRoom } from './room-store.ts';
import type { ShowingRequest } from './shown-things.ts';
import type { Stores } from './stores.ts';
import type { RoomThreadsRequest } from './thread-store.ts';

export function createLoaders(reads: Stores, shared: SharedReads, reader: Reader): Loaders {
  const { viewerId, shownToAll, clock } = reader;
  const ofViewer = createViewerLoaders(viewerId);
  const history = byRequest((ranges: MessageRange[]) => reads.messages.ranges(ranges));
  const isKnown = viewerId !== null || shownToAll !== null;
  const participants = byRequest((requests: ParticipantsRequest[]) =>
    reads.participants.pages(requests, { isKnown }),
  );
  const groupRooms = byRequest((requests: GroupRoomsRequest[]) =>
    reads.roomLists.ofGroups(requests, viewerId),
  );
  return {
    room: createLoader(
      (ids) =>
        viewerId === null
          ? reads.rooms.findVisible(ids, null, shownToAll)
          : shared.roomsVisibleTo(viewerId, ids),
      idOf,
    ),
    message: createLoader((ids) => reads.messages.findVisible(ids, viewerId, shownToAll), idOf),
    participant: createLoader(
      (keys) => reads.participants.findEach(keys.map(keyOfParticipant), { isKnown }),
      participantKey,
    ),
    banOfViewer: ofViewer(
      (id, rooms) => reads.bans.of(id, rooms, clock()),
      ({ roomId }) => roomId,
    ),
    ban: createLoader((ids) => reads.bans.findMany(ids), idOf),
    bans: byRequest((requests: BansRequest[]) => reads.bans.pages(requests, clock())),
    participantCount: countLoader((ids) => reads.participants.counts(ids)),
    groupRoomCount: countLoader((ids) => reads.roomLists.countOfGroups(ids, viewerId)),
    history,
    firstSaidBehind: byRequest((places: PlaceInRoom[]) => reads.messages.firstSaidBehind(places)),
    participants,
    groupRooms,
    thread: createLoader((ids) => reads.threads.findMany(ids), rootIdOf),
    lateRepliers: createLoader((ids) => reads.threads.lateRepliers(ids), rootIdOf),
    threadPlaceOfViewer: ofViewer((id, ids) => reads.threads.placesOf(id, ids), rootIdOf),
    unreadThreadsOfViewer: ofViewer((id, ids) => reads.threads.unread(id, ids), idOf),
    roomThreads: byRequest((requests: RoomThreadsRequest[]) => reads.threads.ofRooms(requests)),
    report: createLoader((ids) => reads.reports.findMany(ids), idOf),
    readers: byRequest(async (requests: ReadersRequest[]) =>
      isKnown ? reads.reading.readers(requests, RECEIPTS_UP_TO_PEOPLE) : [],
    ),
    readerCount: countLoader(async (ids) =>
      isKnown ? reads.reading.countReaders(ids, RECEIPTS_UP_TO_PEOPLE) : new Map(),
    ),
    attachments: createLoader((ids) => reads.attachments.ofMessages(ids), messageIdOf),
    embeds: createLoader((ids) => reads.embeds.ofMessages(ids), messageIdOf),
    system: createLoader((ids) => reads.systemMessages.ofMessages(ids), messageIdOf),
    supportRoom: createLoader(
      (ids) => reads.support.ofOrders(ids),
      ({ subjectId }) => subjectId,
    ),
    sellerOfViewer: ofViewer((id, ids) => reads.sellers.helpedBy(id, ids), idOf),
    deletionReason: createLoader((ids) => reads.messageEdits.deletionReasons(ids), messageIdOf),
    discussion: createLoader(
      (ids) => reads.discussions.ofEntities(ids),
      ({ entityId }) => entityId,
    ),
    shareCount: countLoader((ids) => reads.shownThings.counts(ids)),
    mentionedIn: byRequest(async (requests: ShowingRequest[]) =>
      viewerId === null ? [] : reads.shownThings.messages(requests, viewerId),
    ),
    mentions: createLoader((ids) => reads.mentions.ofMessages(ids), messageIdOf),
    draftOfViewer: ofViewer(
      (userId, keys) =>
        reads.drafts.findMany(keys.map((key) => ({ userId, ...placeOfDraft(key) }))),
      draftKey,
    ),
    unreadMentionsOfViewer: ofViewer((id, ids) => reads.mentions.unread(id, ids), idOf),
    reactions: createLoader((ids) => reads.reactions.ofMessages(ids), messageIdOf),
    reactionsOfViewer: ofViewer((id, ids) => reads.reactions.by(id, ids), messageIdOf),
    savedOfViewer: ofViewer((id, ids) => reads.messageLists.savedAmong(id, ids), messageIdOf),
    revisions: byRequest((requests: RevisionsRequest[]) => reads.messageEdits.revisions(requests)),
    pinned: byRequest((requests: PinnedRequest[]) => reads.messageLists.pinned(requests)),
  };
}

const countLoader = (read: (ids: readonly string[]) => Promise<Map<string, number>>) =>
  createLoader<string, Count>(async (ids) => {
    const counts = await read(ids);
    return ids.map((id) => ({ id, count: counts.get(id) ?? 0 }));
  }, idOf);

/** Many list requests of one turn become one read, whose rows say which request they answer. */
function byRequest<Request, Row extends { request: number }>(
  read: (requests: Request[]) => Promise<Row[]>,
): (request: Request) => Promise<Row[]> {
  const loader: ListLoader<Row & { key: string }> = createListLoader(
    async (keys) => {
      const rows = await read(keys.map((key) => JSON.parse(key) as Request));
      return rows.map((row) => ({ ...row, key: keys[row.request] as string }));
    },
    ({ key }) => key,
  );
  return (request) => loader.load(JSON.stringify(request));
}

const idOf = ({ id }: { id: string }) => id;
const rootIdOf = ({ rootId }: { rootId: string }) => rootId;
const messageIdOf = ({ messageId }: { messageId: string }) => messageId;

export function createSharedReads(reads: Stores, isNewest: IsNewest): SharedReads {
  const nothingOld = { remember: false };
  const justSaid = createJustSaid(isNewest);
  const keyOf = ({ viewerId, id }: AskedRoom | AskedMessage) => `${viewerId} ${id}`;
  const askedOf = (key: string) => {
    const [viewerId = '', id = ''] = key.split(' ');
    return { viewerId, id };
  };
  const ownMessage = createLoader(
    (keys) => reads.messages.findVisibleToEach(keys.map(askedOf)),
    keyOf,
    nothingOld,
  );
  const room = createLoader(
    (keys) => reads.rooms.findVisibleToEach(keys.map(askedOf)),
    keyOf,
    nothingOld,
  );
  return {
    message: createLoader(
      (ids) => justSaid.besides(ids, (others) => reads.messages.findMany(others)),
      idOf,
      nothingOld,
    ),
    justSaid,
    messagesVisibleTo: (viewerId) => ({ load: (id) => ownMessage.load(keyOf({ viewerId, id })) }),
    thread: createLoader((ids) => reads.threads.findMany(ids), rootIdOf, nothingOld),
    user: createLoader(rememberingUsers(reads), idOf, nothingOld),
    roomsVisibleTo: async (viewerId, ids) => {
      const rooms = await Promise.all(ids.map((id) => room.load(keyOf({ viewerId, id }))));
      return rooms.filter((found) => found !== null);
    },
  };
}

/** How many people's names a process keeps; an entry is some 200 bytes. */
const REMEMBERED_USERS = 10_000;

/** Milliseconds for which they are kept: an erased person may still be named for that long. */
const REMEMBERED_MS = 10_000;

/** Usernames never change, so one that was read stays right until its owner is erased. */
function rememberingUsers({ users }: Stores) {
  const remembered = new Map<string, { user: KnownUser; until: number }>();
  return async (ids: readonly string[]): Promise<KnownUser[]> => {
    const now = performance.now();
    const known = ids.flatMap((id) => {
      const kept = remembered.get(id);
      return kept && kept.until > now ? kept.user : [];
    });
    const isKnown = new Set(known.map(idOf));
    const unknown = ids.filter((id) => !isKnown.has(id));
    const read = unknown.length > 0 ? await users.findMany(unknown) : [];
    for (const user of read) {
      // Inserted again, so that the first of them is the oldest.
      remembered.delete(user.id);
      if (remembered.size >= REMEMBERED_USERS) {
        remembered.delete(remembered.keys().next().value as string);
      }
      remembered.set(user.id, { user, until: now + REMEMBERED_MS });
    }
    return [...known, ...read];
  };
}
