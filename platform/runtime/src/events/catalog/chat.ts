import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

const roomKind = z.enum(['DIRECT', 'PRIVATE', 'GROUP', 'PUBLIC', 'SUPPORT']);

/** Place in the room's event stream at which it happened. */
const placeInRoom = { sequence: z.number().int() };

/** The message that was changed. */
const ofMessage = {
  roomId: z.string(),
  messageId: z.string(),
  /** Place in the room's event stream at which it was posted. */
  postSequence: z.number().int(),
};

export const chatEvents = {
  'chat.RoomCreated': defineEvent({
    version: 1,
    summary: 'A room was opened, with its first participants.',
    payload: z.object({
      roomId: z.string(),
      kind: roomKind,
      name: z.string().nullable(),
      groupId: z.string().nullable(),
      participantIds: z.array(z.string()),
    }),
    consumedBy: ['notifications'],
  }),
  'chat.ParticipantsChanged': defineEvent({
    version: 1,
    summary: 'People came into a room or left it.',
    payload: z.object({
      roomId: z.string(),
      joined: z.array(z.string()),
      left: z.array(z.string()),
      /** Those who left because they were banned. */
      banned: z.array(z.string()).default([]),
    }),
    consumedBy: ['notifications'],
  }),
  'chat.RoomRequested': defineEvent({
    version: 1,
    summary:
      'A stranger asks somebody into a room, or wrote to them first; in the stream of who is asked.',
    payload: z.object({
      roomId: z.string(),
      /** Who is asked. */
      userId: z.string(),
      requestedById: z.string(),
      kind: roomKind,
    }),
    consumedBy: [],
  }),
  'chat.RoomRequestClosed': defineEvent({
    version: 1,
    summary: 'Somebody declined a request, or it was taken back; in the stream of who was asked.',
    payload: z.object({ roomId: z.string(), userId: z.string() }),
    consumedBy: [],
  }),
  'chat.BlockChanged': defineEvent({
    version: 1,
    summary: 'Somebody wants to hear no more from somebody else, or again; in their own stream.',
    payload: z.object({ userId: z.string(), blockedUserId: z.string(), on: z.boolean() }),
    consumedBy: ['notifications'],
  }),
  'chat.ReportFiled': defineEvent({
    version: 1,
    summary: 'Somebody reported a message to those who keep order in its room.',
    payload: z.object({
      reportId: z.string(),
      roomId: z.string(),
      messageId: z.string(),
      /** Who can decide it in the room, 100 at most; without the reporter and the reported person. */
      recipientIds: z.array(z.string()),
      /** True when nobody in the room can decide it: then staff does. */
      forStaff: z.boolean().optional(),
      reporterId: z.string(),
    }),
    consumedBy: ['notifications'],
  }),
  'chat.ReportDecided': defineEvent({
    version: 1,
    summary:
      'A report was decided: who else keeps order in the room has nothing to do about it any more.',
    payload: z.object({
      reportId: z.string(),
      roomId: z.string(),
      /** Who could have decided it, 100 at most. */
      recipientIds: z.array(z.string()),
    }),
    consumedBy: ['notifications'],
  }),
  'chat.SupportRequestChanged': defineEvent({
    version: 1,
    summary:
      'A seller’s customer waits for an answer and nobody has taken it over, or that is so no more.',
    payload: z.object({
      roomId: z.string(),
      sellerId: z.string(),
      /** The part of an order that it is about; null for none. */
      partId: z.string().nullable(),
      customerId: z.string(),
      waits: z.boolean(),
      /** Who answers for the seller then, 50 at most. */
      recipientIds: z.array(z.string()),
    }),
    consumedBy: ['notifications'],
  }),
  'chat.RoomAdded': defineEvent({
    version: 1,
    summary: 'Somebody is in a room from now on; in their own stream, for their own devices.',
    payload: z.object({ roomId: z.string(), userId: z.string(), ...placeInRoom }),
    consumedBy: [],
  }),
  'chat.RoomRemoved': defineEvent({
    version: 1,
    summary: 'Somebody is no longer in a room; in their own stream, for their own devices.',
    payload: z.object({ roomId: z.string(), userId: z.string(), ...placeInRoom }),
    consumedBy: [],
  }),
  'chat.RoomUpdated': defineEvent({
    version: 1,
    summary: 'A room was changed, or closed for good; the newest state as a whole.',
    payload: z.object({
      roomId: z.string(),
      kind: roomKind,
      name: z.string().nullable(),
      groupId: z.string().nullable(),
      /** The fields that have changed. */
      changed: z.array(z.string()),
    }),
    consumedBy: ['notifications'],
  }),
  'chat.RoomPreferencesChanged': defineEvent({
    version: 1,
    summary: 'Somebody decided what they want to be told of a room; in their own stream.',
    payload: z.object({
      roomId: z.string(),
      userId: z.string(),
      notify: z.enum(['ALL', 'MENTIONS', 'NONE', 'DEFAULT']),
      mutedUntil: z.string().nullable(),
    }),
    consumedBy: ['notifications'],
  }),
  'chat.RoomMarked': defineEvent({
    version: 1,
    summary: 'Somebody marked a room as unread, or wrote a draft there; in their own stream.',
    payload: z.object({ roomId: z.string(), userId: z.string() }),
    consumedBy: [],
  }),
  'chat.GroupStandingChanged': defineEvent({
    version: 1,
    summary:
      'What somebody may do in the rooms of a group is different, by their role or a mute; in their own stream.',
    payload: z.object({ groupId: z.string(), userId: z.string() }),
    consumedBy: [],
  }),
  'chat.OwnThingChanged': defineEvent({
    version: 1,
    summary:
      'Something that somebody keeps for themselves alone is different, or no more; in their own stream.',
    payload: z.object({
      userId: z.string(),
      kind: z.enum(['SAVED_MESSAGE', 'REMINDER', 'SCHEDULED_MESSAGE', 'REPORT', 'PRESENCE']),
      /** The id of the message that was saved, the reminder, and so on; for presence, of the person. */
      thingId: z.string(),
    }),
    consumedBy: [],
  }),
  'chat.MessagePosted': defineEvent({
    version: 1,
    summary: "A message was committed to a room; its author's read marker moved up to it.",
    payload: z.object({
      roomId: z.string(),
      messageId: z.string(),
      sequence: z.number().int(),
      authorId: z.string().nullable(),
      /** The first 140 characters, for people who are not there. */
      excerpt: z.string(),
      /** The people it mentions by name, and those who were present when it mentions everybody present. */
      mentioned: z.array(z.string()).default([]),
      /** Whether it mentions all; `HERE` occurs in older events, which did not know who was present. */
      mentionsAll: z.enum(['HERE', 'EVERYONE']).nullable().default(null),
      /** How many files it shows: a message without text has nothing else to announce. */
      attachments: z.number().int().optional(),
      /** Objects of other subgraphs that it shows. */
      embeds: z.number().int().optional(),
    }),
    consumedBy: ['notifications'],
  }),
  'chat.SystemMessagePosted': defineEvent({
    version: 1,
    summary: 'A room told of a change to itself in a message that nobody wrote.',
    payload: z.object({
      roomId: z.string(),
      messageId: z.string(),
      sequence: z.number().int(),
      change: z.enum(['JOINED', 'LEFT', 'UPDATED', 'ARCHIVED', 'PINNED', 'ORDER']),
    }),
    consumedBy: [],
  }),
  'chat.ThreadReplied': defineEvent({
    version: 1,
    summary: "Somebody replied in a message's thread, beside the room.",
    payload: z.object({
      roomId: z.string(),
      threadId: z.string(),
      messageId: z.string(),
      /** Its place in the thread. */
      sequence: z.number().int(),
      authorId: z.string(),
      excerpt: z.string(),
      mentioned: z.array(z.string()),
      mentionsAll: z.enum(['HERE', 'EVERYONE']).nullable(),
      /** Who follows the thread at that time, without its author; 500 at most. */
      followerIds: z.array(z.string()).default([]),
      /** How many files it shows. */
      attachments: z.number().int().optional(),
      /** Objects of other subgraphs that it shows. */
      embeds: z.number().int().optional(),
    }),
    consumedBy: ['notifications'],
  }),
  'chat.ThreadRead': defineEvent({
    version: 1,
    summary: 'Somebody has read further in a thread, or follows it or not; in their own stream.',
    payload: z.object({ roomId: z.string(), threadId: z.string(), userId: z.string() }),
    consumedBy: ['notifications'],
  }),
  'chat.ReminderDue': defineEvent({
    version: 1,
    summary: 'The moment came at which somebody wanted to be reminded of a message.',
    payload: z.object({
      userId: z.string(),
      roomId: z.string(),
      messageId: z.string(),
      /** The note that they wrote to themselves. */
      note: z.string().nullable().default(null),
      /** The first 140 characters of the message at that time; empty once it is deleted. */
      excerpt: z.string().default(''),
    }),
    consumedBy: ['notifications'],
  }),
  'chat.MessageEdited': defineEvent({
    version: 1,
    summary: 'A message says something else from now on.',
    payload: z.object({
      ...ofMessage,
      revision: z.number().int(),
      /** The first 140 characters of its current text. */
      excerpt: z.string(),
    }),
    consumedBy: ['notifications'],
  }),
  'chat.MessageGrew': defineEvent({
    version: 1,
    summary: 'The author of a message that grows said more of it.',
    payload: z.object({
      ...ofMessage,
      revision: z.number().int(),
      /**
       * Where the appended text begins in the message, in UTF-16 code units; the text itself is in the
       * message.
       */
      from: z.number().int().default(0),
      isFinal: z.boolean(),
      /** When it is final: the first 140 characters of its text, and whom it mentions. */
      excerpt: z.string(),
      mentioned: z.array(z.string()).default([]),
      mentionsAll: z.enum(['HERE', 'EVERYONE']).nullable().default(null),
    }),
    consumedBy: [],
  }),
  'chat.MessageDeleted': defineEvent({
    version: 1,
    summary: 'A message was taken back; nothing of what it said is to be shown any more.',
    payload: z.object({ ...ofMessage, deletedBy: z.string().nullable() }),
    consumedBy: ['notifications'],
  }),
  'chat.ReactionsChanged': defineEvent({
    version: 1,
    summary: 'Somebody answered a message with an emoji, or took that back.',
    payload: z.object({ ...ofMessage, userId: z.string(), emoji: z.string(), on: z.boolean() }),
    consumedBy: [],
  }),
  'chat.PinChanged': defineEvent({
    version: 1,
    summary: 'A message was pinned for all in its room, or the pin was taken away.',
    payload: z.object({ ...ofMessage, userId: z.string(), on: z.boolean() }),
    consumedBy: [],
  }),
  'chat.RoomRead': defineEvent({
    version: 1,
    summary:
      'Somebody has read further in a room, or answered in it; recorded in their own stream, for themselves.',
    payload: z.object({
      roomId: z.string(),
      userId: z.string(),
      /** Place in the room's event stream. */
      readUpTo: z.number().int(),
    }),
    consumedBy: ['notifications'],
  }),
  'chat.ReadMoved': defineEvent({
    version: 1,
    summary: 'Somebody who shares it has read further in a room.',
    payload: z.object({
      roomId: z.string(),
      userId: z.string(),
      joinedAt: z.string(),
      /** Place in the room's event stream. */
      readUpTo: z.number().int(),
      /** Sequence of the last message read. */
      messageSequence: z.number().int(),
      /** Sequence of the last message that reached one of their devices, if they share that. */
      deliveredSequence: z.number().int().default(0),
      /** When they last read, if they share that; null when it is the time of this event. */
      readAt: z.string().nullable().default(null),
    }),
    consumedBy: [],
  }),
};
