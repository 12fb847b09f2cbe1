import { addParticipants } from './add-participants.ts';
import { createRoom } from './create-room.ts';
import { joinRoom } from './join-room.ts';
import { leaveRoom } from './leave-room.ts';
import { markRoomRead } from './mark-room-read.ts';
import { openDirectRoom } from './open-direct-room.ts';
import { removeParticipant } from './remove-participant.ts';
import { reportActivity } from './report-activity.ts';
import { sendMessage } from './send-message.ts';
import { setPresence } from './set-presence.ts';
import { setTyping } from './set-typing.ts';
import { unbanFromRoom } from './unban-from-room.ts';

export const useCases = {
  ofViewer: {
    addParticipants,
    createRoom,
    joinRoom,
    leaveRoom,
    markRoomRead,
    openDirectRoom,
    removeParticipant,
    reportActivity,
    sendMessage,
    setPresence,
    setTyping,
    unbanFromRoom,
  },
};
