import { addParticipants } from './add-participants.ts';
import { answerRoomRequest } from './answer-room-request.ts';
import { appendToMessage } from './append-to-message.ts';
import { banFromRoom } from './ban-from-room.ts';
import { archiveRoom, updateRoom } from './change-room.ts';
import { createRoom } from './create-room.ts';
import { appealReport, decideReport } from './decide-report.ts';
import { deleteMessage } from './delete-message.ts';
import { editMessage } from './edit-message.ts';
import { forwardMessage } from './forward-message.ts';
import { setSupportResolved, setSupportTaken } from './help-in-support-room.ts';
import { joinRoom } from './join-room.ts';
import { markAllRoomsRead, markRoomUnread, setRoomPreferences } from './keep-own-place.ts';
import { leaveRoom } from './leave-room.ts';
import { markRoomDelivered } from './mark-room-delivered.ts';
import { markRoomRead } from './mark-room-read.ts';
import { markThreadRead, setThreadFollowing } from './move-in-thread.ts';
import { openDirectRoom } from './open-direct-room.ts';
import { openDiscussion } from './open-discussion.ts';
import { openSupportRoom } from './open-support-room.ts';
import { removeParticipant } from './remove-participant.ts';
import { reportActivity } from './report-activity.ts';
import { reportMessage } from './report-message.ts';
import {
  cancelScheduledMessage,
  scheduleMessage,
  updateScheduledMessage,
} from './schedule-message.ts';
import { sendMessage } from './send-message.ts';
import { setBlocked } from './set-blocked.ts';
import { setDraft } from './set-draft.ts';
import { setMessageSaved } from './set-message-saved.ts';
import { setPinned } from './set-pinned.ts';
import { setPresence } from './set-presence.ts';
import { setReaction } from './set-reaction.ts';
import { setReminder } from './set-reminder.ts';
import { setTyping } from './set-typing.ts';
import { unbanFromRoom } from './unban-from-room.ts';

export const useCases = {
  ofViewer: {
    openDiscussion,
    openSupportRoom,
    setSupportTaken,
    setSupportResolved,
    answerRoomRequest,
    appendToMessage,
    setReminder,
    cancelScheduledMessage,
    scheduleMessage,
    updateScheduledMessage,
    setBlocked,
    appealReport,
    decideReport,
    reportMessage,
    setDraft,
    markAllRoomsRead,
    markRoomUnread,
    setRoomPreferences,
    archiveRoom,
    updateRoom,
    banFromRoom,
    markThreadRead,
    setThreadFollowing,
    setReaction,
    setPinned,
    setMessageSaved,
    forwardMessage,
    editMessage,
    deleteMessage,
    addParticipants,
    createRoom,
    joinRoom,
    leaveRoom,
    markRoomDelivered,
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
