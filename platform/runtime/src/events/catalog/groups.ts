import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

const role = z.enum(['OWNER', 'ADMIN', 'MODERATOR', 'MEMBER', 'GUEST']);

export const groupsEvents = {
  'groups.GroupCreated': defineEvent({
    version: 1,
    summary: 'Somebody started a group; its founder is the first member.',
    payload: z.object({
      groupId: z.string(),
      slug: z.string(),
      name: z.string(),
      visibility: z.enum(['PUBLIC', 'UNLISTED', 'PRIVATE']),
      ownerId: z.string(),
    }),
    consumedBy: ['chat'],
  }),
  'groups.MemberJoined': defineEvent({
    version: 1,
    summary: 'Somebody became a member of a group.',
    payload: z.object({ groupId: z.string(), memberId: z.string(), userId: z.string(), role }),
    consumedBy: ['chat'],
  }),
  'groups.MemberLeft': defineEvent({
    version: 1,
    summary: 'Somebody is no longer a member of a group.',
    payload: z.object({ groupId: z.string(), userId: z.string(), reason: z.string().nullable() }),
    consumedBy: ['chat'],
  }),
};
