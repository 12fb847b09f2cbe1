import { DomainError } from '@souk/runtime/domain';

/** Every expected failure that is specific to chat; the common ones are in the runtime. */

export const notAParticipant = () =>
  new DomainError('ROOM_NOT_JOINED', 'FORBIDDEN', 'Only people in the room may do this.');

export const roomNotOpen = () =>
  new DomainError(
    'ROOM_NOT_OPEN',
    'FORBIDDEN',
    'This room cannot be joined without an invitation.',
  );

/** The user was removed from the room; `path` says which user, when somebody else adds them. */
export const roomBanned = (path?: readonly (string | number)[], until: Date | null = null) =>
  new DomainError(
    'ROOM_BANNED',
    'FORBIDDEN',
    'Only whoever opened this room can let in people who were removed from it.',
    { type: 'RoomBannedError', data: { until }, ...(path ? { path } : {}) },
  );

export const roomNotLeavable = (why: string) =>
  new DomainError('ROOM_NOT_LEAVABLE', 'FORBIDDEN', why);

export const roomNotManageable = () =>
  new DomainError('ROOM_NOT_MANAGEABLE', 'FORBIDDEN', 'You may not decide who is in this room.');

export const roomArchived = () =>
  new DomainError('ROOM_ARCHIVED', 'FORBIDDEN', 'This room is archived.');

/** `until`: when that ends by itself; null for never. */
export const mutedInGroup = (until: Date | null) =>
  new DomainError(
    'GROUP_MUTED',
    'FORBIDDEN',
    until
      ? `You may post in this group again from ${until.toISOString()} on.`
      : 'You may not post in this group.',
  );

export const roomReadOnly = () =>
  new DomainError('ROOM_READ_ONLY', 'FORBIDDEN', 'Only moderators may post in this room.');

export const slowMode = (retryAt: Date) =>
  new DomainError(
    'ROOM_SLOW_MODE',
    'FORBIDDEN',
    'This room is in slow mode: wait before you post again.',
    {
      type: 'SlowModeError',
      data: { retryAt },
    },
  );

export const notShareable = (path: readonly (string | number)[]) =>
  new DomainError(
    'NOT_SHAREABLE',
    'INVALID',
    'This is not the id of anything that can be shared.',
    {
      path,
    },
  );

export const roomNotEditable = () =>
  new DomainError('ROOM_NOT_EDITABLE', 'FORBIDDEN', 'You may not change this room.');

export const roomCreationForbidden = () =>
  new DomainError(
    'ROOM_CREATION_FORBIDDEN',
    'FORBIDDEN',
    'Your role in this group does not let you open rooms.',
    { path: ['input', 'groupId'] },
  );

export const clientMessageIdReused = (path: readonly string[]) =>
  new DomainError(
    'CLIENT_MESSAGE_ID_REUSED',
    'CONFLICT',
    'This client id was already used for a different message.',
    { type: 'IdempotencyMismatchError', path },
  );

/** Never shown to a client: such a mention is treated as plain text. */
export const mentionOfAllForbidden = () =>
  new DomainError(
    'ROOM_MENTIONS_FORBIDDEN',
    'FORBIDDEN',
    'You may not mention everybody in this room.',
  );

/** Only about the viewer's own decision: nobody is told that others block them. */
export const blocked = (path: readonly (string | number)[]) =>
  new DomainError(
    'USER_BLOCKED',
    'FORBIDDEN',
    'You have blocked this person; unblock them first.',
    {
      type: 'BlockedError',
      path,
    },
  );

/**
 * Shown to strangers whose request was not accepted and to blocked people alike, so that they cannot tell the
 * difference.
 */
export const contactRefused = (path: readonly string[]) =>
  new DomainError(
    'CONTACT_REFUSED',
    'FORBIDDEN',
    'They only accept messages from people they have agreed to hear from.',
    { path },
  );

export const reportNotOpen = () =>
  new DomainError('REPORT_NOT_OPEN', 'CONFLICT', 'This has already been decided.');

export const reportNotAppealable = () =>
  new DomainError('REPORT_NOT_APPEALABLE', 'CONFLICT', 'There is no decision to appeal against.');

export const tooManyScheduled = (most: number) =>
  new DomainError(
    'SCHEDULED_MESSAGES_FULL',
    'CONFLICT',
    `You can have at most ${most} scheduled messages.`,
  );

export const scheduledMessageGone = () =>
  new DomainError(
    'SCHEDULED_MESSAGE_GONE',
    'CONFLICT',
    'It was sent or cancelled, or is being sent at this moment.',
  );

export const tooManyReminders = (most: number) =>
  new DomainError('REMINDERS_FULL', 'CONFLICT', `You can have at most ${most} reminders.`);

export const messagesNotPinnable = () =>
  new DomainError('ROOM_PINS_FORBIDDEN', 'FORBIDDEN', 'You may not pin messages in this room.');

export const tooManyPins = (most: number) =>
  new DomainError('ROOM_PINS_FULL', 'CONFLICT', `A room can have at most ${most} pinned messages.`);

export const tooManyRoomsOfGroup = (most: number) =>
  new DomainError('GROUP_ROOMS_FULL', 'CONFLICT', `A group can have at most ${most} rooms.`, {
    path: ['input', 'groupId'],
  });

export const messageNotOwn = () =>
  new DomainError('MESSAGE_NOT_OWN', 'FORBIDDEN', 'Only its author may change a message.');

export const messageOwn = () =>
  new DomainError('MESSAGE_OWN', 'INVALID', 'You said this yourself; delete it instead.', {
    path: ['messageId'],
  });

export const messageOfRoom = () =>
  new DomainError('MESSAGE_OF_ROOM', 'FORBIDDEN', 'This is a system message.');

export const messageDeleted = () =>
  new DomainError('MESSAGE_DELETED', 'FORBIDDEN', 'This message was deleted.');

export const messageFinal = () =>
  new DomainError('MESSAGE_FINAL', 'FORBIDDEN', 'This message is complete; edit it instead.');

export const messageGrowing = () =>
  new DomainError('MESSAGE_GROWING', 'FORBIDDEN', 'This message is still being written.');

export const editConflict = (currentRevision: number) =>
  new DomainError(
    'MESSAGE_EDIT_CONFLICT',
    'CONFLICT',
    'The message was edited in the meantime; read it again and repeat your edit.',
    { type: 'EditConflictError', path: ['input', 'expectedRevision'], data: { currentRevision } },
  );

export const tooManyEdits = (most: number) =>
  new DomainError(
    'MESSAGE_EDITS_FULL',
    'FORBIDDEN',
    `A message can be edited at most ${most} times.`,
  );

export const tooManyEmojis = (most: number) =>
  new DomainError(
    'MESSAGE_EMOJIS_FULL',
    'INVALID',
    `A message can have at most ${most} different emoji reactions.`,
    { path: ['emoji'] },
  );

export const tooManySaved = (most: number) =>
  new DomainError('SAVED_MESSAGES_FULL', 'CONFLICT', `You can save at most ${most} messages.`);
