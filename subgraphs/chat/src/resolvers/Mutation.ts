import { requireViewer } from '@souk/runtime';
import type { MutationResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { addParticipants } from '../use-cases/add-participants.ts';
import { createRoom } from '../use-cases/create-room.ts';
import { joinRoom } from '../use-cases/join-room.ts';
import { leaveRoom } from '../use-cases/leave-room.ts';
import { markRead } from '../use-cases/mark-read.ts';
import { openDirectRoom } from '../use-cases/open-direct-room.ts';
import { removeParticipant } from '../use-cases/remove-participant.ts';
import { REPORT_WITHIN_SECONDS, reportActivity } from '../use-cases/report-activity.ts';
import { sendMessage } from '../use-cases/send-message.ts';
import { setPresence } from '../use-cases/set-presence.ts';
import { setTyping } from '../use-cases/set-typing.ts';
import { unbanFromRoom } from '../use-cases/unban-from-room.ts';
import { findRoom } from './read-room.ts';

/** The room as the mutation left it. */
async function roomPayload(id: string, context: Context) {
  context.forget();
  return { room: await findRoom(id, context), errors: [] };
}

export const Mutation: MutationResolvers = {
  createRoom: async (_, { input }, context) =>
    roomPayload(await createRoom(context.chat, requireViewer(context.viewer), input), context),
  openDirectRoom: async (_, { userIds }, context) =>
    roomPayload(
      await openDirectRoom(context.chat, requireViewer(context.viewer), userIds),
      context,
    ),
  joinRoom: async (_, { id }, context) => {
    await joinRoom(context.chat, requireViewer(context.viewer), id);
    return roomPayload(id, context);
  },
  leaveRoom: async (_, { id }, context) => {
    await leaveRoom(context.chat, requireViewer(context.viewer), id);
    return roomPayload(id, context);
  },
  addParticipants: async (_, args, context) => {
    await addParticipants(context.chat, requireViewer(context.viewer), args);
    return roomPayload(args.roomId, context);
  },
  removeParticipant: async (_, args, context) => {
    await removeParticipant(context.chat, requireViewer(context.viewer), args);
    return roomPayload(args.roomId, context);
  },
  unbanFromRoom: async (_, { roomBanId }, context) => ({
    ...(await roomPayload(
      await unbanFromRoom(context.chat, requireViewer(context.viewer), roomBanId),
      context,
    )),
    deletedId: roomBanId,
  }),
  sendMessage: async (_, { input }, context) => {
    const { message, duplicate } = await sendMessage(
      context.chat,
      requireViewer(context.viewer),
      input,
    );
    context.forget();
    return { message, duplicate, errors: [] };
  },
  markRead: async (_, args, context) => {
    await markRead(context.chat, requireViewer(context.viewer), args);
    context.forget();
    const room = await findRoom(args.roomId, context);
    const viewerState = room?.participation ? { ...room, participation: room.participation } : null;
    return { viewerState, errors: [] };
  },
  setTyping: (_, args, { chat, viewer }) => setTyping(chat, requireViewer(viewer), args),
  setPresence: async (_, { input }, { chat, viewer }) => {
    const { userId } = requireViewer(viewer);
    await setPresence(chat, requireViewer(viewer), {
      ...input,
      statusExpiresAt: input.statusExpiresAt && new Date(input.statusExpiresAt),
    });
    return { viewer: { id: userId }, errors: [] };
  },
  reportActivity: async (_, reported, { chat, viewer }) => {
    const { userId: id } = requireViewer(viewer);
    await reportActivity(chat, requireViewer(viewer), reported);
    return { repeatWithinSeconds: REPORT_WITHIN_SECONDS, viewer: { id }, errors: [] };
  },
};
