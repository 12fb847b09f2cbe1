import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

const roomKind = z.enum(['DIRECT', 'PRIVATE', 'GROUP', 'PUBLIC', 'SUPPORT']);

/** Place in the room's event stream at which it happened. */
const placeInRoom = { sequence: z.number().int() };

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
    }),
    consumedBy: ['notifications'],
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
    }),
    consumedBy: [],
  }),
};
