import { requireViewer } from '@souk/runtime/domain';
import type { MutationResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import type { Message } from '../domain/message.ts';
import type { Thread } from '../domain/thread.ts';
import { REPORT_WITHIN_SECONDS } from '../use-cases/report-activity.ts';
import { TYPING_WITHIN_SECONDS } from '../use-cases/set-typing.ts';
import { findRoom } from './read-room.ts';

/** The room after the mutation. */
async function roomPayload(id: string, context: Context) {
  context.reload();
  return { room: await findRoom(id, context), errors: [] };
}

/** A message after the mutation. */
function messagePayload(message: Message, context: Context) {
  context.reload();
  return { message, errors: [] };
}

function threadPayload(thread: Thread, context: Context) {
  context.reload();
  return { thread, errors: [] };
}

export const Mutation: MutationResolvers = {
  createRoom: async (_, { input }, context) => {
    const { id, replayed } = await context.useCases.createRoom(input);
    return { ...(await roomPayload(id, context)), replayed };
  },
  openDirectRoom: async (_, { userIds }, context) =>
    roomPayload(await context.useCases.openDirectRoom(userIds), context),
  openDiscussion: async (_, { entityId }, context) =>
    roomPayload(await context.useCases.openDiscussion(entityId), context),
  openSupportRoom: async (_, question, context) =>
    roomPayload(await context.useCases.openSupportRoom(question), context),
  setSupportTaken: async (_, args, context) => {
    await context.useCases.setSupportTaken(args);
    return roomPayload(args.roomId, context);
  },
  setSupportResolved: async (_, args, context) => {
    await context.useCases.setSupportResolved(args);
    return roomPayload(args.roomId, context);
  },
  joinRoom: async (_, { roomId }, context) => {
    await context.useCases.joinRoom(roomId);
    return roomPayload(roomId, context);
  },
  answerRoomRequest: async (_, args, context) => {
    await context.useCases.answerRoomRequest(args);
    return roomPayload(args.roomId, context);
  },
  leaveRoom: async (_, { roomId }, context) => {
    await context.useCases.leaveRoom(roomId);
    return roomPayload(roomId, context);
  },
  addParticipants: async (_, args, context) => {
    await context.useCases.addParticipants(args);
    return roomPayload(args.roomId, context);
  },
  removeParticipant: async (_, args, context) => {
    await context.useCases.removeParticipant(args);
    return roomPayload(args.roomId, context);
  },
  updateRoom: async (_, { input }, context) => {
    await context.useCases.updateRoom(input);
    return roomPayload(input.id, context);
  },
  archiveRoom: async (_, { roomId }, context) => {
    await context.useCases.archiveRoom(roomId);
    return roomPayload(roomId, context);
  },
  banFromRoom: async (_, args, context) => {
    const ban = await context.useCases.banFromRoom(args);
    return { ...(await roomPayload(args.roomId, context)), ban };
  },
  setRoomPreferences: async (_, { input }, context) => {
    await context.useCases.setRoomPreferences(input);
    return roomPayload(input.roomId, context);
  },
  setDraft: async (_, { input }, context) => {
    await context.useCases.setDraft(input);
    return roomPayload(input.roomId, context);
  },
  markRoomUnread: async (_, args, context) => {
    const { userId: id } = requireViewer(context.viewer);
    await context.useCases.markRoomUnread(args);
    return { ...(await roomPayload(args.roomId, context)), viewer: { id } };
  },
  markAllRoomsRead: async (_, __, context) => {
    const { userId: id } = requireViewer(context.viewer);
    await context.useCases.markAllRoomsRead();
    context.reload();
    return { viewer: { id }, errors: [] };
  },
  setBlocked: async (_, args, context) => {
    const { userId: id } = requireViewer(context.viewer);
    await context.useCases.setBlocked(args);
    return { viewer: { id }, errors: [] };
  },
  reportMessage: async (_, args, { useCases }) => ({
    report: await useCases.reportMessage(args),
    errors: [],
  }),
  decideReport: async (_, args, context) => {
    const report = await context.useCases.decideReport(args);
    context.reload();
    return { report, errors: [] };
  },
  appealReport: async (_, args, { useCases }) => ({
    report: await useCases.appealReport(args),
    errors: [],
  }),
  scheduleMessage: async (_, { input }, { useCases }) => ({
    ...(await useCases.scheduleMessage({ ...input, sendAt: new Date(input.sendAt) })),
    errors: [],
  }),
  updateScheduledMessage: async (_, args, { useCases }) => ({
    scheduled: await useCases.updateScheduledMessage(args),
    errors: [],
  }),
  cancelScheduledMessage: async (_, { scheduledMessageId }, { useCases }) => ({
    scheduled: await useCases.cancelScheduledMessage(scheduledMessageId),
    errors: [],
  }),
  setReminder: async (_, args, { useCases }) => ({
    reminder: await useCases.setReminder(args),
    errors: [],
  }),
  unbanFromRoom: async (_, { roomBanId }, context) => ({
    ...(await roomPayload(await context.useCases.unbanFromRoom(roomBanId), context)),
    deletedId: roomBanId,
  }),
  sendMessage: async (_, { input }, context) => {
    const { message, duplicate } = await context.useCases.sendMessage(input);
    return { ...messagePayload(message, context), duplicate };
  },
  editMessage: async (_, { input }, context) =>
    messagePayload(await context.useCases.editMessage(input), context),
  appendToMessage: async (_, { input }, context) =>
    messagePayload(await context.useCases.appendToMessage(input), context),
  deleteMessage: async (_, args, context) =>
    messagePayload(await context.useCases.deleteMessage(args), context),
  forwardMessage: async (_, args, context) => {
    const { message, duplicate } = await context.useCases.forwardMessage(args);
    return { ...messagePayload(message, context), replayed: duplicate };
  },
  setReaction: async (_, args, context) =>
    messagePayload(await context.useCases.setReaction(args), context),
  setPinned: async (_, args, context) => {
    const message = await context.useCases.setPinned(args);
    return { ...(await roomPayload(message.roomId, context)), message };
  },
  setMessageSaved: async (_, args, context) => {
    const message = await context.useCases.setMessageSaved(args);
    context.reload();
    return { message, errors: [] };
  },
  markThreadRead: async (_, args, context) => {
    const { userId: id } = requireViewer(context.viewer);
    return {
      ...threadPayload(await context.useCases.markThreadRead(args), context),
      viewer: { id },
    };
  },
  setThreadFollowing: async (_, args, context) =>
    threadPayload(await context.useCases.setThreadFollowing(args), context),
  markRoomRead: async (_, args, context) => {
    const { userId: id } = requireViewer(context.viewer);
    await context.useCases.markRoomRead(args);
    return { ...(await roomPayload(args.roomId, context)), viewer: { id } };
  },
  markRoomDelivered: async (_, args, context) => {
    await context.useCases.markRoomDelivered(args);
    return roomPayload(args.roomId, context);
  },
  setTyping: async (_, args, { useCases }) => {
    await useCases.setTyping(args);
    return { repeatWithinSeconds: TYPING_WITHIN_SECONDS, errors: [] };
  },
  setPresence: async (_, { input }, { useCases, viewer }) => {
    const { userId } = requireViewer(viewer);
    await useCases.setPresence({
      ...input,
      statusExpiresAt: input.statusExpiresAt && new Date(input.statusExpiresAt),
    });
    return { viewer: { id: userId }, errors: [] };
  },
  reportActivity: async (_, reported, { useCases, viewer }) => {
    const { userId: id } = requireViewer(viewer);
    await useCases.reportActivity(reported);
    return { repeatWithinSeconds: REPORT_WITHIN_SECONDS, viewer: { id }, errors: [] };
  },
};
