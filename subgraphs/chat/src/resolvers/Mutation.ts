import { requireViewer } from '@souk/runtime/domain';
import type { MutationResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { REPORT_WITHIN_SECONDS } from '../use-cases/report-activity.ts';
import { findRoom } from './read-room.ts';

/** The room as the mutation left it. */
async function roomPayload(id: string, context: Context) {
  context.reload();
  return { room: await findRoom(id, context), errors: [] };
}

export const Mutation: MutationResolvers = {
  createRoom: async (_, { input }, context) =>
    roomPayload(await context.useCases.createRoom(input), context),
  openDirectRoom: async (_, { userIds }, context) =>
    roomPayload(await context.useCases.openDirectRoom(userIds), context),
  joinRoom: async (_, { id }, context) => {
    await context.useCases.joinRoom(id);
    return roomPayload(id, context);
  },
  leaveRoom: async (_, { id }, context) => {
    await context.useCases.leaveRoom(id);
    return roomPayload(id, context);
  },
  addParticipants: async (_, args, context) => {
    await context.useCases.addParticipants(args);
    return roomPayload(args.roomId, context);
  },
  removeParticipant: async (_, args, context) => {
    await context.useCases.removeParticipant(args);
    return roomPayload(args.roomId, context);
  },
  unbanFromRoom: async (_, { roomBanId }, context) => ({
    ...(await roomPayload(await context.useCases.unbanFromRoom(roomBanId), context)),
    deletedId: roomBanId,
  }),
  sendMessage: async (_, { input }, context) => {
    const { message, duplicate } = await context.useCases.sendMessage(input);
    context.reload();
    return { message, duplicate, errors: [] };
  },
  markRead: async (_, args, context) => {
    await context.useCases.markRead(args);
    context.reload();
    const room = await findRoom(args.roomId, context);
    const viewerState = room?.participation ? { ...room, participation: room.participation } : null;
    return { viewerState, errors: [] };
  },
  setTyping: (_, args, { useCases }) => useCases.setTyping(args),
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
