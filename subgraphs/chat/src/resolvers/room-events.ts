import type {
  MessageDeletedResolvers,
  MessageEditedResolvers,
  MessageGrewResolvers,
  MessagePostedResolvers,
  ParticipantsChangedResolvers,
  PinChangedResolvers,
  ReactionsChangedResolvers,
  ReadMovedResolvers,
  RoomUpdatedResolvers,
  TypingChangedResolvers,
} from '../__generated__/resolvers.ts';
import { roomOf } from './read-room.ts';

const asUsers = (userIds: readonly string[]) => userIds.map((id) => ({ id }));

export const MessagePosted: MessagePostedResolvers = {
  room: ({ roomId }, _, context, info) => roomOf(roomId, context, info),
};
export const MessageEdited: MessageEditedResolvers = {
  room: ({ roomId }, _, context, info) => roomOf(roomId, context, info),
};
export const MessageGrew: MessageGrewResolvers = {
  room: ({ roomId }, _, context, info) => roomOf(roomId, context, info),
};
export const MessageDeleted: MessageDeletedResolvers = {
  room: ({ roomId }, _, context, info) => roomOf(roomId, context, info),
  deletedBy: ({ deletedBy }) => (deletedBy === null ? null : { id: deletedBy }),
};
export const ReactionsChanged: ReactionsChangedResolvers = {
  room: ({ roomId }, _, context, info) => roomOf(roomId, context, info),
};
export const PinChanged: PinChangedResolvers = {
  room: ({ roomId }, _, context, info) => roomOf(roomId, context, info),
};
export const ReadMoved: ReadMovedResolvers = {
  room: ({ roomId }, _, context, info) => roomOf(roomId, context, info),
};
export const ParticipantsChanged: ParticipantsChangedResolvers = {
  room: ({ roomId }, _, context, info) => roomOf(roomId, context, info),
  joined: ({ joined }) => asUsers(joined),
  left: ({ left }) => asUsers(left),
};
export const RoomUpdated: RoomUpdatedResolvers = {
  room: ({ roomId }, _, context, info) => roomOf(roomId, context, info),
};
export const TypingChanged: TypingChangedResolvers = {
  room: ({ roomId }, _, context, info) => roomOf(roomId, context, info),
  users: ({ userIds }) => asUsers(userIds),
};
