import type { Draft } from '../domain/draft.ts';
import type { Reminder, ScheduledMessage } from '../domain/later.ts';
import type { Mention, MentionScope } from '../domain/mentions.ts';
import type { Message } from '../domain/message.ts';
import type { Presence } from '../domain/presence.ts';
import type { Report } from '../domain/report.ts';
import type { Participant, Participation, Room } from '../domain/room.ts';
import type { RoomBan } from '../domain/room-entry.ts';
import type { SystemMessage } from '../domain/system-message.ts';
import type { Thread, ThreadPlace } from '../domain/thread.ts';
import type { Block } from '../persistence/block-store.ts';
import type { MessageRevision } from '../persistence/message-edit-store.ts';
import type { ReactionSummary } from '../persistence/reaction-store.ts';
import type { ReportsOf } from '../persistence/report-store.ts';
import type { UnreadTotals } from '../persistence/room-lists.ts';
import type { SupportRequest } from '../persistence/support-store.ts';

/** What resolvers of a type receive, when it is not the type's own fields. */

export type RoomModel = Room;
export type RoomViewerStateModel = Room & { participation: Participation };
export type RoomParticipantModel = Participant;
export type RoomBanModel = RoomBan;
export type MessageModel = Message;
export interface MediaModel {
  id: string;
}
export type PresenceModel = Presence;
export type UnreadTotalsModel = UnreadTotals & { userId: string };
export type DraftModel = Draft;
export type BlockModel = Block;
export type ReportModel = Report;
export interface ReportConnectionModel {
  edges: { cursor: string; node: Report }[];
  pageInfo: PageInfo;
  of: ReportsOf;
}
export type ScheduledMessageModel = ScheduledMessage;
export type ReminderModel = Reminder;
export interface ReminderDueModel {
  __typename: 'ReminderDue';
  cursor: string;
  occurredAt: Date;
  userId: string;
  messageId: string;
}
export type SystemMessageModel = SystemMessage;
export type ThreadModel = Thread;
export type ThreadViewerStateModel = Thread & ThreadPlace;
export type UserMentionModel = Mention;
export type RoomMentionModel = Mention & { scope: MentionScope };
export type ReactionSummaryModel = ReactionSummary;
export type MessageRevisionModel = MessageRevision;

export interface UserModel {
  id: string;
  username?: string;
}
export interface ViewerModel {
  id: string;
}
export type SupportRequestModel = SupportRequest;
export interface OrderModel {
  id: string;
}
export interface SellerOrderModel {
  id: string;
}
export interface SellerDeskModel {
  id: string;
}
export interface GroupModel {
  id: string;
}

interface PageInfo {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
}
export interface RoomConnectionModel {
  edges: { cursor: string; node: Room }[];
  pageInfo: PageInfo;
  /** Counted only when requested. */
  count: () => Promise<number>;
}
export interface ParticipantConnectionModel {
  edges: { cursor: string; node: Participant }[];
  pageInfo: PageInfo;
  /** Counted only when requested. */
  count: () => Promise<number>;
}

interface RoomEventModel {
  cursor: string;
  occurredAt: Date;
  roomId: string;
}
export interface MessagePostedModel extends RoomEventModel {
  __typename: 'MessagePosted';
  message: Message;
}
interface OfMessageModel extends RoomEventModel {
  message: Message;
}
export interface MessageEditedModel extends OfMessageModel {
  __typename: 'MessageEdited';
}
export interface MessageGrewModel extends OfMessageModel {
  __typename: 'MessageGrew';
  from: number;
}
export interface MessageDeletedModel extends OfMessageModel {
  __typename: 'MessageDeleted';
  deletedBy: string | null;
}
export interface ReactionsChangedModel extends OfMessageModel {
  __typename: 'ReactionsChanged';
}
export interface PinChangedModel extends OfMessageModel {
  __typename: 'PinChanged';
}
export interface ThreadUpdatedModel extends OfMessageModel {
  __typename: 'ThreadUpdated';
  thread: Thread;
}
/** A message was posted or changed. */
export type TalkEvent =
  | ThreadUpdatedModel
  | MessagePostedModel
  | MessageEditedModel
  | MessageGrewModel
  | MessageDeletedModel
  | ReactionsChangedModel
  | PinChangedModel;
export interface RoomUpdatedModel extends RoomEventModel {
  __typename: 'RoomUpdated';
  changed: string[];
}
export interface ReadMovedModel extends RoomEventModel {
  __typename: 'ReadMoved';
  participant: Participant;
}
export interface ParticipantsChangedModel extends RoomEventModel {
  __typename: 'ParticipantsChanged';
  joined: string[];
  left: string[];
}
interface InboxRoomModel {
  cursor: string;
  occurredAt: Date;
  room: Room;
}
export interface RoomStateChangedModel extends InboxRoomModel {
  __typename: 'RoomStateChanged';
}
export interface RoomAddedModel extends InboxRoomModel {
  __typename: 'RoomAdded';
}
export interface RoomRemovedModel extends RoomEventModel {
  __typename: 'RoomRemoved';
}
export interface RoomRequestedModel extends InboxRoomModel {
  __typename: 'RoomRequested';
}
interface OwnThingModel {
  cursor: string;
  occurredAt: Date;
}
export interface SavedMessageChangedModel extends OwnThingModel {
  __typename: 'SavedMessageChanged';
  messageId: string;
  message: Message | null;
}
export interface ReminderChangedModel extends OwnThingModel {
  __typename: 'ReminderChanged';
  reminderId: string;
  reminder: Reminder | null;
}
export interface ScheduledMessageChangedModel extends OwnThingModel {
  __typename: 'ScheduledMessageChanged';
  scheduled: ScheduledMessage;
}
export interface BlockChangedModel extends OwnThingModel {
  __typename: 'BlockChanged';
  userId: string;
  block: Block | null;
}
export interface ReportChangedModel extends OwnThingModel {
  __typename: 'ReportChanged';
  reportId: string;
  report: Report | null;
}
export interface ViewerPresenceChangedModel extends OwnThingModel {
  __typename: 'ViewerPresenceChanged';
  viewer: ViewerModel;
}
export interface GroupStandingChangedModel extends OwnThingModel {
  __typename: 'GroupStandingChanged';
  group: GroupModel;
}
/** Something that a person keeps privately has changed. */
export type OwnThingEvent =
  | SavedMessageChangedModel
  | ReminderChangedModel
  | ScheduledMessageChangedModel
  | BlockChangedModel
  | ReportChangedModel
  | ViewerPresenceChangedModel;
export type InboxEvent =
  | OwnThingEvent
  | GroupStandingChangedModel
  | RoomRequestedModel
  | ReminderDueModel
  | RoomUpdatedModel
  | RoomStateChangedModel
  | RoomAddedModel
  | RoomRemovedModel;
export interface TypingChangedModel {
  roomId: string;
  userIds: string[];
}
export interface PresenceChangedModel {
  userId: string;
  presence: Presence;
}
