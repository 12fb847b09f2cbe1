import { DomainError } from '@souk/runtime/domain';

/** Every expected failure that is specific to chat; the common ones are in the runtime. */

export const notAParticipant = () =>
  new DomainError('ROOM_NOT_JOINED', 'FORBIDDEN', 'Only people who are in the room may do this.');

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
    'Whoever was taken out of this room comes back only by the one who opened it.',
    { type: 'RoomBannedError', data: { until }, ...(path ? { path } : {}) },
  );

export const roomNotLeavable = (why: string) =>
  new DomainError('ROOM_NOT_LEAVABLE', 'FORBIDDEN', why);

export const roomNotManageable = () =>
  new DomainError('ROOM_NOT_MANAGEABLE', 'FORBIDDEN', 'You may not decide who is in this room.');

export const roomArchived = () =>
  new DomainError('ROOM_ARCHIVED', 'FORBIDDEN', 'This room is closed.');

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
  new DomainError('ROOM_READ_ONLY', 'FORBIDDEN', 'Only who keeps order says something here.');

export const slowMode = (retryAt: Date) =>
  new DomainError(
    'ROOM_SLOW_MODE',
    'FORBIDDEN',
    'In this room one message follows another slowly.',
    {
      type: 'SlowModeError',
      data: { retryAt },
    },
  );

export const notShareable = (path: readonly (string | number)[]) =>
  new DomainError('NOT_SHAREABLE', 'INVALID', 'This is no id of anything that can be shown.', {
    path,
  });

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
    'Another message was sent with this client id before.',
    { type: 'IdempotencyMismatchError', path },
  );

/** Never shown to a client: such a mention is treated as plain text. */
export const mentionOfAllForbidden = () =>
  new DomainError('ROOM_MENTIONS_FORBIDDEN', 'FORBIDDEN', 'You may not call all of this room.');

/** Only about the viewer's own decision: nobody is told that others block them. */
export const blocked = (path: readonly (string | number)[]) =>
  new DomainError(
    'USER_BLOCKED',
    'FORBIDDEN',
    'You block this person; hear from them again first.',
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
    'They take messages from people alone whom they agreed to hear from.',
    { path },
  );

export const reportNotOpen = () =>
  new DomainError('REPORT_NOT_OPEN', 'CONFLICT', 'This was decided already.');

export const reportNotAppealable = () =>
  new DomainError('REPORT_NOT_APPEALABLE', 'CONFLICT', 'There is nothing here to appeal against.');

export const tooManyScheduled = (most: number) =>
  new DomainError(
    'SCHEDULED_MESSAGES_FULL',
    'CONFLICT',
    `At most ${most} messages wait to be sent.`,
  );

export const scheduledMessageGone = () =>
  new DomainError(
    'SCHEDULED_MESSAGE_GONE',
    'CONFLICT',
    'It was sent or cancelled, or is being sent at this moment.',
  );

export const tooManyReminders = (most: number) =>
  new DomainError('REMINDERS_FULL', 'CONFLICT', `You may have ${most} reminders at most.`);

export const messagesNotPinnable = () =>
  new DomainError('ROOM_PINS_FORBIDDEN', 'FORBIDDEN', 'You may not pin messages in this room.');

export const tooManyPins = (most: number) =>
  new DomainError('ROOM_PINS_FULL', 'CONFLICT', `A room has ${most} pinned messages at most.`);

export const tooManyRoomsOfGroup = (most: number) =>
  new DomainError('GROUP_ROOMS_FULL', 'CONFLICT', `A group has ${most} rooms at most.`, {
    path: ['input', 'groupId'],
  });

export const messageNotOwn = () =>
  new DomainError('MESSAGE_NOT_OWN', 'FORBIDDEN', 'Only who said it may change it.');

export const messageOfRoom = () =>
  new DomainError('MESSAGE_OF_ROOM', 'FORBIDDEN', 'Nobody said this: the room tells of itself.');

export const messageDeleted = () =>
  new DomainError('MESSAGE_DELETED', 'FORBIDDEN', 'This message was deleted.');

export const messageFinal = () =>
  new DomainError('MESSAGE_FINAL', 'FORBIDDEN', 'This message is whole; edit it instead.');

export const messageGrowing = () =>
  new DomainError('MESSAGE_GROWING', 'FORBIDDEN', 'This message is still being written.');

export const editConflict = (currentRevision: number) =>
  new DomainError(
    'MESSAGE_EDIT_CONFLICT',
    'CONFLICT',
    'The message was edited meanwhile; read it again and repeat your edit.',
    { type: 'EditConflictError', path: ['input', 'expectedRevision'], data: { currentRevision } },
  );

export const tooManyEdits = (most: number) =>
  new DomainError('MESSAGE_EDITS_FULL', 'FORBIDDEN', `A message is edited ${most} times at most.`);

export const tooManyEmojis = (most: number) =>
  new DomainError(
    'MESSAGE_EMOJIS_FULL',
    'INVALID',
    `A message is answered with ${most} different emojis at most.`,
    { path: ['emoji'] },
  );

export const tooManySaved = (most: number) =>
  new DomainError('SAVED_MESSAGES_FULL', 'CONFLICT', `You may save ${most} messages at most.`);
