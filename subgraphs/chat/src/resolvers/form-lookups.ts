import { type FormLookups, isIdOf, notFound } from '@souk/runtime/domain';
import { assertOwnAvatar } from '@souk/runtime/events';
import type { Context } from '../context.ts';
import { MAX_PARTICIPANTS_AT_ONCE } from '../domain/room-people.ts';
import { rootIdOf } from '../domain/thread.ts';
import type { AppendMessageInput } from '../use-cases/append-to-message.ts';
import { assertOwnMedia } from '../use-cases/attach-media.ts';
import type { RoomBanInput } from '../use-cases/ban-from-room.ts';
import type { UpdateRoomInput } from '../use-cases/change-room.ts';
import type { CreateRoomInput } from '../use-cases/create-room.ts';
import type { EditMessageInput } from '../use-cases/edit-message.ts';
import type { Forwarding } from '../use-cases/forward-message.ts';
import type { RoomPreferencesInput } from '../use-cases/keep-own-place.ts';
import { visibleMessage } from '../use-cases/message-access.ts';
import type { ReportInput } from '../use-cases/report-message.ts';
import {
  assertKnownPeople,
  avatarShown,
  joinedRoom,
  visibleRoom,
} from '../use-cases/room-access.ts';
import type { ScheduleMessageInput } from '../use-cases/schedule-message.ts';
import {
  assertAnswerable,
  assertThread,
  type SendMessageInput,
} from '../use-cases/send-message.ts';
import type { DraftInput } from '../use-cases/set-draft.ts';
import type { ReminderInput } from '../use-cases/set-reminder.ts';
import type { TypingIn } from '../use-cases/set-typing.ts';
import { joinedThread } from '../use-cases/thread-access.ts';
import { waitUntilKnown } from '../use-cases/wait-until-known.ts';

type Path = readonly string[];

/** What else is wrong in a form with mistakes: ids of objects that the viewer does not see. */
export const lookups: FormLookups = {
  createRoom: (
    { input: { groupId, participantIds } }: { input: CreateRoomInput },
    context: Context,
  ) => [
    assertMemberOf(groupId, ['input', 'groupId'], context),
    assertPeople(participantIds ?? [], ['input', 'participantIds'], context),
  ],
  openDirectRoom: ({ userIds }: { userIds: readonly string[] }, context: Context) => [
    assertPeople(userIds, ['userIds'], context),
  ],
  addParticipants: (
    { roomId, userIds }: { roomId: string; userIds: readonly string[] },
    context: Context,
  ) => [assertSeen(roomId, context), assertPeople(userIds, ['userIds'], context)],
  removeParticipant: ({ roomId, userId }: { roomId: string; userId: string }, context: Context) => [
    assertSeen(roomId, context),
    assertKnownPeople(context.stores, [userId], ['userId']),
  ],
  sendMessage: ({ input }: { input: SendMessageInput }, { stores, viewer }: Context) => {
    if (!viewer) return [];
    return [
      joinedRoom(stores, viewer.userId, input.roomId, ['input', 'roomId']),
      assertAnswerable(stores, input, viewer.userId),
      assertThread(stores, input, viewer.userId),
      assertOwnMedia(stores, viewer.userId, input.attachmentMediaIds ?? []),
    ];
  },
  appendToMessage: ({ input }: { input: AppendMessageInput }, context: Context) => [
    assertMessageSeen(input.messageId, ['input', 'messageId'], context),
  ],
  updateRoom: (
    { input: { id, avatarMediaId } }: { input: UpdateRoomInput },
    { stores, services, viewer }: Context,
  ) =>
    viewer
      ? [
          visibleRoom(stores, viewer.userId, id, ['input', 'id']),
          assertOwnAvatar(
            { media: stores.media, clock: services.clock },
            viewer.userId,
            avatarMediaId,
            () => avatarShown(stores, viewer.userId, id),
          ),
        ]
      : [],
  banFromRoom: ({ roomId, userId }: RoomBanInput, context: Context) => [
    assertSeen(roomId, context),
    assertKnownPeople(context.stores, [userId], ['userId']),
  ],
  setRoomPreferences: ({ input }: { input: RoomPreferencesInput }, { stores, viewer }: Context) =>
    viewer ? [joinedRoom(stores, viewer.userId, input.roomId, ['input', 'roomId'])] : [],
  setDraft: ({ input }: { input: DraftInput }, { stores, viewer }: Context) => {
    if (!viewer) return [];
    const { roomId, threadId, replyToId } = input;
    const threadOfId = threadId == null ? null : rootIdOf(threadId);
    return [
      joinedRoom(stores, viewer.userId, roomId, ['input', 'roomId']),
      ...(threadId == null
        ? []
        : [joinedThread(stores, viewer.userId, threadId, ['input', 'threadId'])]),
      assertAnswerable(stores, { roomId, replyToId, threadOfId }, viewer.userId),
    ];
  },
  setBlocked: ({ userId }: { userId: string }, { stores }: Context) => [
    assertKnownPeople(stores, [userId], ['userId']),
  ],
  reportMessage: ({ messageId }: ReportInput, context: Context) => [
    assertMessageSeen(messageId, ['messageId'], context),
  ],
  scheduleMessage: ({ input }: { input: ScheduleMessageInput }, { stores, viewer }: Context) =>
    viewer
      ? [
          joinedRoom(stores, viewer.userId, input.roomId, ['input', 'roomId']),
          assertThread(stores, input, viewer.userId),
        ]
      : [],
  setReminder: ({ messageId }: ReminderInput, context: Context) => [
    assertMessageSeen(messageId, ['messageId'], context),
  ],
  editMessage: ({ input: { messageId } }: { input: EditMessageInput }, context: Context) => [
    assertMessageSeen(messageId, ['input', 'messageId'], context),
  ],
  setTyping: ({ roomId, threadId }: TypingIn, { stores, viewer }: Context) => {
    if (!viewer) return [];
    return [
      joinedRoom(stores, viewer.userId, roomId, ['roomId']),
      ...(threadId == null ? [] : [joinedThread(stores, viewer.userId, threadId)]),
    ];
  },
  deleteMessage: ({ messageId }: { messageId: string }, context: Context) => [
    assertMessageSeen(messageId, ['messageId'], context),
  ],
  forwardMessage: ({ messageId, roomId }: Forwarding, context: Context) => [
    assertMessageSeen(messageId, ['messageId'], context),
    assertSeen(roomId, context),
  ],
  setReaction: ({ messageId }: { messageId: string }, context: Context) => [
    assertMessageSeen(messageId, ['messageId'], context),
  ],
};

async function assertMessageSeen(
  messageId: string,
  path: Path,
  { stores, viewer }: Context,
): Promise<void> {
  if (viewer) await visibleMessage(stores, viewer.userId, messageId, path);
}

async function assertSeen(roomId: string, { stores, viewer }: Context): Promise<void> {
  if (viewer) await visibleRoom(stores, viewer.userId, roomId, ['roomId']);
}

async function assertPeople(
  asked: readonly string[],
  path: Path,
  { stores, services }: Context,
): Promise<void> {
  if (asked.length > MAX_PARTICIPANTS_AT_ONCE) return;
  const people = [...new Set(asked)];
  await waitUntilKnown(services, people);
  await assertKnownPeople(stores, people, path, asked);
}

async function assertMemberOf(
  groupId: string | null | undefined,
  path: Path,
  { stores, viewer }: Context,
): Promise<void> {
  if (groupId == null || !viewer) return;
  const group = isIdOf('grp', groupId) ? await stores.groups.find(groupId) : null;
  if (group?.visibility === 'PUBLIC') return;
  if (!group || (await stores.groups.roleOf(groupId, viewer.userId)) === null) {
    throw notFound('Group', path);
  }
}
