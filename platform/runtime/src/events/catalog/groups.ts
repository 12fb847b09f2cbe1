import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

const role = z.enum(['OWNER', 'ADMIN', 'MODERATOR', 'MEMBER']);
/** Version 1 knew guests, who read along; they are members by now. */
const roleOfVersion1 = z.preprocess((named) => (named === 'GUEST' ? 'MEMBER' : named), role);

const joined = { groupId: z.string(), memberId: z.string(), userId: z.string() };
const roleChanged = { ...joined, joinedAt: z.string() };

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
    version: 2,
    summary: 'Somebody became a member of a group.',
    payload: z.object({ ...joined, role }),
    earlier: { 1: z.object({ ...joined, role: roleOfVersion1 }) },
    consumedBy: ['chat'],
  }),
  'groups.MemberRoleChanged': defineEvent({
    version: 2,
    summary: "A member's role was changed.",
    payload: z.object({ ...roleChanged, role, previousRole: role }),
    earlier: {
      1: z.object({ ...roleChanged, role: roleOfVersion1, previousRole: roleOfVersion1 }),
    },
    consumedBy: ['chat'],
  }),
  'groups.MemberLeft': defineEvent({
    version: 1,
    summary: 'Somebody is no longer a member of a group.',
    payload: z.object({ groupId: z.string(), userId: z.string(), reason: z.string().nullable() }),
    consumedBy: ['chat'],
  }),
};
