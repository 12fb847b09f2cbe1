import type { Clock } from '@souk/runtime/domain';
import type { Loader } from '@souk/runtime/graphql';
import type { Draft } from '../domain/draft.ts';
import type { Message } from '../domain/message.ts';
import type { Report } from '../domain/report.ts';
import type { Participant, Room } from '../domain/room.ts';
import type { RoomBan } from '../domain/room-entry.ts';
import type { SystemMessage } from '../domain/system-message.ts';
import type { Thread, ThreadPlace } from '../domain/thread.ts';
import type { AttachmentsOf } from './attachment-store.ts';
import type { BansRequest } from './ban-store.ts';
import type { EmbedsOf } from './embed-store.ts';
import type { JustSaid } from './just-said.ts';
import type { KnownUser } from './known-user-store.ts';
import type { MentionsOf } from './mention-store.ts';
import type { MessageRevision, RevisionsRequest } from './message-edit-store.ts';
import type { ListedMessage, PinnedRequest } from './message-lists.ts';
import type { MessageRange, PlaceInRoom } from './message-store.ts';
import type { ParticipantsRequest } from './participant-store.ts';
import type { Reactions } from './reaction-store.ts';
import type { ReadersRequest } from './reading-store.ts';
import type { GroupRoomsRequest, ListedRoom } from './room-lists.ts';
import type { ShowingRequest } from './shown-things.ts';
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

export interface Count {
  id: string;
  count: number;
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
