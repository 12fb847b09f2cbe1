import type { Clock } from '@souk/runtime/domain';
import {
  createListLoader,
  createLoader,
  type ListLoader,
  type Loader,
} from '@souk/runtime/graphql';
import type { Draft } from '../domain/draft.ts';
import type { Message } from '../domain/message.ts';
import type { Report } from '../domain/report.ts';
import {
  type Participant,
  RECEIPTS_UP_TO_PEOPLE,
  type Room,
  type RoomBan,
} from '../domain/room.ts';
import type { SystemMessage } from '../domain/system-message.ts';
import type { Thread, ThreadPlace } from '../domain/thread.ts';
import type { AttachmentsOf } from './attachment-store.ts';
import type { BansRequest } from './ban-store.ts';
import type { EmbedsOf } from './embed-store.ts';
import { createJustSaid, type IsNewest, type JustSaid } from './just-said.ts';
import type { KnownUser } from './known-user-store.ts';
import type { MentionsOf } from './mention-store.ts';
import type { MessageRevision, RevisionsRequest } from './message-edit-store.ts';
import type { ListedMessage, PinnedRequest } from './message-lists.ts';
import type { AskedMessage, MessageRange, PlaceInRoom } from './message-store.ts';
import type { ParticipantKey, ParticipantsRequest, ReadersRequest } from './participant-store.ts';
import type { Reactions } from './reaction-store.ts';
import type { GroupRoomsRequest, ListedRoom } from './room-lists.ts';
import type { AskedRoom } from './room-store.ts';
import type { ShowingRequest } from './shown-things.ts';
import type { Stores } from './stores.ts';
import type { RoomThreadsRequest } from './thread-store.ts';

/** Who things are read for. */
export interface Reader {
  viewerId: string | null;
  /** The room of a shared stream, which everybody who is sent the stream may see. */
  shownToAll: string | null;
  clock: Clock;
}

/** Batched reads of one operation, as its viewer may see things. */
export interface Loaders {
  room: Loader<Room>;
  message: Loader<Message>;
  /** By the ids of room and person in one text (`participantKey`). */
  participant: Loader<Participant>;
  /** Bans of rooms, for any caller: resolvers show them only to those who decide them. */
  ban: Loader<RoomBan>;
  /** By the rooms from which the viewer is banned. */
  banOfViewer: Loader<RoomBan>;
  bans(request: BansRequest): Promise<RoomBan[]>;
  /** Who has read a message, in rooms in which that is shown. */
  readers(request: ReadersRequest): Promise<Participant[]>;
  readerCount: Loader<Count>;
  attachments: Loader<AttachmentsOf>;
  embeds: Loader<EmbedsOf>;
  system: Loader<SystemMessage>;
  /** By orders and parts of them; who may see the rooms is asked of them. */
  supportRoom: Loader<{ subjectId: string; roomId: string }>;
  /** By the sellers for which the viewer answers. */
  sellerOfViewer: Loader<{ id: string }>;
  /** For any caller, like the store's. */
  deletionReason: Loader<{ messageId: string; reason: string }>;
  /** By things of other subgraphs; the rooms are everybody's. */
  discussion: Loader<{ entityId: string; roomId: string }>;
  shareCount: Loader<Count>;
  /** As far as the viewer may read them. */
  mentionedIn(request: ShowingRequest): Promise<Message[]>;
  participantCount: Loader<Count>;
  groupRoomCount: Loader<Count>;
  history(range: MessageRange): Promise<Message[]>;
  firstSaidBehind(place: PlaceInRoom): Promise<Message[]>;
  /** By the ids of their roots. */
  thread: Loader<Thread>;
  lateRepliers: Loader<{ rootId: string; userIds: string[] }>;
  threadPlaceOfViewer: Loader<ThreadPlace>;
  unreadThreadsOfViewer: Loader<Count>;
  roomThreads(request: RoomThreadsRequest): Promise<Thread[]>;
  /** For any caller: resolvers show them only to whom they concern. */
  report: Loader<Report>;
  reactions: Loader<Reactions>;
  mentions: Loader<MentionsOf>;
  /** By room and root in one text; the viewer's own. */
  draftOfViewer: Loader<Draft>;
  /** Of the viewer's rooms. */
  unreadMentionsOfViewer: Loader<Count>;
  /** What the viewer did with messages. */
  reactionsOfViewer: Loader<{ messageId: string; emojis: string[] }>;
  savedOfViewer: Loader<{ messageId: string; savedAt: Date }>;
  revisions(request: RevisionsRequest): Promise<MessageRevision[]>;
  pinned(request: PinnedRequest): Promise<ListedMessage[]>;
  participants(request: ParticipantsRequest): Promise<Participant[]>;
  groupRooms(request: GroupRoomsRequest): Promise<ListedRoom[]>;
}

interface Count {
  id: string;
  count: number;
}

export function createLoaders(reads: Stores, shared: SharedReads, reader: Reader): Loaders {
  const { viewerId, shownToAll, clock } = reader;
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
    banOfViewer: createLoader(
      async (ids) => (viewerId === null ? [] : reads.bans.of(viewerId, ids, clock())),
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
    threadPlaceOfViewer: createLoader(
      async (ids) => (viewerId === null ? [] : reads.threads.placesOf(viewerId, ids)),
      rootIdOf,
    ),
    unreadThreadsOfViewer: createLoader(
      async (ids) => (viewerId === null ? [] : reads.threads.unread(viewerId, ids)),
      idOf,
    ),
    roomThreads: byRequest((requests: RoomThreadsRequest[]) => reads.threads.ofRooms(requests)),
    report: createLoader((ids) => reads.reports.findMany(ids), idOf),
    readers: byRequest(async (requests: ReadersRequest[]) =>
      isKnown ? reads.participants.readers(requests, RECEIPTS_UP_TO_PEOPLE) : [],
    ),
    readerCount: countLoader(async (ids) =>
      isKnown ? reads.participants.countReaders(ids, RECEIPTS_UP_TO_PEOPLE) : new Map(),
    ),
    attachments: createLoader((ids) => reads.attachments.ofMessages(ids), messageIdOf),
    embeds: createLoader((ids) => reads.embeds.ofMessages(ids), messageIdOf),
    system: createLoader((ids) => reads.systemMessages.ofMessages(ids), messageIdOf),
    supportRoom: createLoader(
      (ids) => reads.support.ofOrders(ids),
      ({ subjectId }) => subjectId,
    ),
    sellerOfViewer: createLoader(
      async (ids) => (viewerId === null ? [] : reads.sellers.helpedBy(viewerId, ids)),
      idOf,
    ),
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
    draftOfViewer: createLoader(
      async (keys) =>
        viewerId === null
          ? []
          : reads.drafts.findMany(
              keys.map((key) => {
                const [roomId = '', rootId = ''] = key.split(' ');
                return { userId: viewerId, roomId, rootId };
              }),
            ),
      draftKey,
    ),
    unreadMentionsOfViewer: createLoader(
      async (ids) => (viewerId === null ? [] : reads.mentions.unread(viewerId, ids)),
      idOf,
    ),
    reactions: createLoader((ids) => reads.reactions.ofMessages(ids), messageIdOf),
    reactionsOfViewer: createLoader(
      async (ids) => (viewerId === null ? [] : reads.reactions.by(viewerId, ids)),
      messageIdOf,
    ),
    savedOfViewer: createLoader(
      async (ids) => (viewerId === null ? [] : reads.messageLists.savedAmong(viewerId, ids)),
      messageIdOf,
    ),
    revisions: byRequest((requests: RevisionsRequest[]) => reads.messageEdits.revisions(requests)),
    pinned: byRequest((requests: PinnedRequest[]) => reads.messageLists.pinned(requests)),
  };
}

/**
 * Reads that all operations of the process share: when a message reaches a thousand subscribers of a room, or
 * a gateway asks for a thousand viewers at once, they ask in one turn, and it is read in one statement.
 * Nothing read is remembered after that turn, so nothing becomes stale.
 */
export interface SharedReads {
  /** For subscribers, who have been let into the room before. */
  message: Loader<Message>;
  /** What this process has just posted, as long as no newer event of its room is known. */
  justSaid: JustSaid;
  /** Messages as one viewer may see them, from whom some of the history is hidden. */
  messagesVisibleTo(viewerId: string): Pick<Loader<Message>, 'load'>;
  thread: Loader<Thread>;
  user: Loader<KnownUser>;
  /** As each viewer may see them. */
  roomsVisibleTo(viewerId: string, ids: readonly string[]): Promise<Room[]>;
}

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

export const participantKey = ({ roomId, userId }: ParticipantKey) => `${roomId} ${userId}`;

function keyOfParticipant(key: string): ParticipantKey {
  const [roomId = '', userId = ''] = key.split(' ');
  return { roomId, userId };
}

const idOf = ({ id }: { id: string }) => id;
export const draftKey = ({ roomId, rootId }: { roomId: string; rootId: string }) =>
  `${roomId} ${rootId}`;

const rootIdOf = ({ rootId }: { rootId: string }) => rootId;
const messageIdOf = ({ messageId }: { messageId: string }) => messageId;

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
