import type {
  MessagePostedResolvers,
  ParticipantsChangedResolvers,
  ReadMovedResolvers,
  TypingChangedResolvers,
} from '../__generated__/resolvers.ts';
import { readRoom } from './read-room.ts';

const asUsers = (userIds: readonly string[]) => userIds.map((id) => ({ id }));

export const MessagePosted: MessagePostedResolvers = {
  room: ({ roomId }, _, context) => readRoom(roomId, context),
};
export const ReadMoved: ReadMovedResolvers = {
  room: ({ roomId }, _, context) => readRoom(roomId, context),
};
export const ParticipantsChanged: ParticipantsChangedResolvers = {
  room: ({ roomId }, _, context) => readRoom(roomId, context),
  joined: ({ joined }) => asUsers(joined),
  left: ({ left }) => asUsers(left),
};
export const TypingChanged: TypingChangedResolvers = {
  room: ({ roomId }, _, context) => readRoom(roomId, context),
  users: ({ userIds }) => asUsers(userIds),
};
