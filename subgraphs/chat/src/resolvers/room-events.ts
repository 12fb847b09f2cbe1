import type {
  MessagePostedResolvers,
  ParticipantsChangedResolvers,
  ReadMovedResolvers,
  TypingChangedResolvers,
} from '../__generated__/resolvers.ts';
import { roomOf } from './read-room.ts';

const asUsers = (userIds: readonly string[]) => userIds.map((id) => ({ id }));

export const MessagePosted: MessagePostedResolvers = {
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
export const TypingChanged: TypingChangedResolvers = {
  room: ({ roomId }, _, context, info) => roomOf(roomId, context, info),
  users: ({ userIds }) => asUsers(userIds),
};
