import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

const role = z.enum(['OWNER', 'ADMIN', 'MODERATOR', 'MEMBER', 'GUEST']);
const visibility = z.enum(['PUBLIC', 'UNLISTED', 'PRIVATE']);

export const groupsEvents = {
  'groups.GroupCreated': defineEvent({
    version: 1,
    summary: 'Somebody started a group; its founder is the first member.',
    payload: z.object({
      groupId: z.string(),
      slug: z.string(),
      name: z.string(),
      visibility,
      ownerId: z.string(),
    }),
    consumedBy: ['chat'],
  }),
  'groups.GroupUpdated': defineEvent({
    version: 1,
    summary: 'Settings of a group were changed.',
    payload: z.object({
      groupId: z.string(),
      name: z.string(),
      visibility,
      /** The group's version after the change. */
      version: z.number().int(),
      changed: z.array(z.string()),
    }),
    consumedBy: ['chat'],
  }),
  'groups.MemberJoined': defineEvent({
    version: 1,
    summary: 'Somebody became a member of a group.',
    payload: z.object({ groupId: z.string(), memberId: z.string(), userId: z.string(), role }),
    consumedBy: ['chat'],
  }),
  'groups.MemberRoleChanged': defineEvent({
    version: 1,
    summary: "A member's role was changed.",
    payload: z.object({
      groupId: z.string(),
      memberId: z.string(),
      userId: z.string(),
      joinedAt: z.string(),
      role,
      previousRole: role,
    }),
    consumedBy: ['chat'],
  }),
  'groups.MemberLeft': defineEvent({
    version: 1,
    summary: 'Somebody is no longer a member of a group.',
    payload: z.object({ groupId: z.string(), userId: z.string(), reason: z.string().nullable() }),
    consumedBy: ['chat'],
  }),
};
