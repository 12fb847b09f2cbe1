import type { Resolvers } from '../__generated__/resolvers.ts';
import { Block } from './Block.ts';
import { Draft } from './Draft.ts';
import { EntityEmbed } from './EntityEmbed.ts';
import { Group } from './Group.ts';
import { Reminder, ReminderDue, ScheduledMessage } from './later.ts';
import { Message } from './Message.ts';
import { Mutation } from './Mutation.ts';
import { UserMention } from './mentions.ts';
import { Order, SellerOrder } from './Order.ts';
import { ParticipantConnection } from './ParticipantConnection.ts';
import { PresenceChanged } from './PresenceChanged.ts';
import { Query } from './Query.ts';
import { ReactionSummary } from './ReactionSummary.ts';
import { Report, ReportConnection } from './Report.ts';
import { Room } from './Room.ts';
import { RoomBan } from './RoomBan.ts';
import { RoomConnection } from './RoomConnection.ts';
import { RoomParticipant } from './RoomParticipant.ts';
import { RoomViewerState } from './RoomViewerState.ts';
import {
  MessageDeleted,
  MessageEdited,
  MessageGrew,
  MessagePosted,
  ParticipantsChanged,
  PinChanged,
  ReactionsChanged,
  ReadMoved,
  RoomUpdated,
  TypingChanged,
} from './room-events.ts';
import { Shareable } from './Shareable.ts';
import { Subscription } from './Subscription.ts';
import { SellerDesk, SupportRequest } from './SupportRequest.ts';
import { SystemMessage } from './SystemMessage.ts';
import { Thread, ThreadUpdated, ThreadViewerState } from './Thread.ts';
import { User } from './User.ts';
import { UnreadTotals, Viewer } from './Viewer.ts';

export const resolvers: Resolvers = {
  Query,
  Mutation,
  Subscription,
  Room,
  RoomBan,
  RoomConnection,
  RoomViewerState,
  RoomParticipant,
  ParticipantConnection,
  Message,
  SystemMessage,
  EntityEmbed,
  Shareable,
  ReactionSummary,
  Block,
  Report,
  ReportConnection,
  Reminder,
  ReminderDue,
  ScheduledMessage,
  Draft,
  Thread,
  ThreadViewerState,
  ThreadUpdated,
  UserMention,
  MessagePosted,
  MessageEdited,
  MessageGrew,
  MessageDeleted,
  ReactionsChanged,
  PinChanged,
  RoomUpdated,
  ReadMoved,
  ParticipantsChanged,
  TypingChanged,
  PresenceChanged,
  User,
  Viewer,
  UnreadTotals,
  Group,
  Order,
  SellerOrder,
  SellerDesk,
  SupportRequest,
};
