import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { sealed } from '../sealed-values.ts';

const role = z.enum(['OWNER', 'ADMIN', 'MODERATOR', 'MEMBER']);
/** Version 1 had guests, who could only read; they have become members. */
const roleOfVersion1 = z.preprocess((named) => (named === 'GUEST' ? 'MEMBER' : named), role);

const joined = { groupId: z.string(), memberId: z.string(), userId: z.string() };
const roleChanged = { ...joined, joinedAt: z.string() };
const member = { ...joined, joinedAt: z.string(), role };

const visibility = z.enum(['PUBLIC', 'UNLISTED', 'PRIVATE']);

const named = { groupId: z.string(), groupName: z.string() };
const requestStatus = z.enum(['PENDING', 'APPROVED', 'DECLINED', 'WITHDRAWN']);

/** Version 1 had the link unencrypted. */
const inviteMailed = z.object({
  inviteId: z.string(),
  inviterId: z.string(),
  email: z.string(),
  url: sealed('notifications'),
  expiresAt: z.string(),
});

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
  'groups.GroupArchived': defineEvent({
    version: 1,
    summary:
      'A group was closed for good: who is in it reads on, and nothing is done there any more.',
    payload: z.object({ groupId: z.string() }),
    consumedBy: ['groups', 'chat'],
  }),
  'groups.MemberJoined': defineEvent({
    version: 2,
    summary: 'Somebody became a member of a group.',
    payload: z.object({ ...joined, role }),
    earlier: { 1: z.object({ ...joined, role: roleOfVersion1 }) },
    consumedBy: ['chat', 'notifications'],
  }),
  'groups.MemberRoleChanged': defineEvent({
    version: 2,
    summary: "A member's role was changed.",
    payload: z.object({ ...roleChanged, role, previousRole: role }),
    earlier: {
      1: z.object({ ...roleChanged, role: roleOfVersion1, previousRole: roleOfVersion1 }),
    },
    consumedBy: ['groups', 'chat', 'notifications'],
  }),
  'groups.MemberMuted': defineEvent({
    version: 1,
    summary: 'A member may not post in a group until a moment, or until somebody says otherwise.',
    payload: z.object({ ...member, until: z.string().nullable() }),
    consumedBy: ['chat'],
  }),
  'groups.MemberUnmuted': defineEvent({
    version: 1,
    summary: 'A member may post in a group again.',
    payload: z.object(member),
    consumedBy: ['chat'],
  }),
  'groups.MemberLeft': defineEvent({
    version: 1,
    summary: 'Somebody is no longer a member of a group.',
    payload: z.object({ groupId: z.string(), userId: z.string(), reason: z.string().nullable() }),
    consumedBy: ['groups', 'chat', 'notifications'],
  }),
  'groups.MembershipChanged': defineEvent({
    version: 1,
    summary: 'Something changed between a person and a group; in the stream of that person alone.',
    payload: z.object({
      groupId: z.string(),
      userId: z.string(),
      change: z.enum([
        'JOINED',
        'LEFT',
        'REMOVED',
        'ROLE_CHANGED',
        'MUTED',
        'UNMUTED',
        'BANNED',
        'UNBANNED',
      ]),
    }),
    consumedBy: [],
  }),
  'groups.JoinRequestChanged': defineEvent({
    version: 1,
    summary: 'Somebody asked to join a group, took that back, or was answered.',
    payload: z.object({
      ...named,
      requestId: z.string(),
      userId: z.string(),
      status: requestStatus,
    }),
    consumedBy: ['groups'],
  }),
  'groups.JoinRequestReceived': defineEvent({
    version: 1,
    summary:
      'A request to join a group was made, taken back or answered; in the stream of each who may answer it.',
    payload: z.object({
      ...named,
      requestId: z.string(),
      /** Who can answer it. */
      userId: z.string(),
      requesterId: z.string(),
      status: requestStatus,
    }),
    consumedBy: ['notifications'],
  }),
  'groups.OwnJoinRequestChanged': defineEvent({
    version: 1,
    summary:
      'A request to join a group was made, taken back or answered; in the stream of who made it.',
    payload: z.object({
      ...named,
      requestId: z.string(),
      userId: z.string(),
      status: requestStatus,
    }),
    consumedBy: ['notifications'],
  }),
  'groups.InviteReceived': defineEvent({
    version: 1,
    summary: 'Somebody is invited into a group; in the stream of that person alone.',
    payload: z.object({
      ...named,
      inviteId: z.string(),
      userId: z.string(),
      inviterId: z.string(),
      role,
      expiresAt: z.string(),
    }),
    consumedBy: ['notifications'],
  }),
  'groups.InviteChanged': defineEvent({
    version: 1,
    summary: 'An invitation was accepted, declined or revoked; in the stream of who was invited.',
    payload: z.object({
      groupId: z.string(),
      inviteId: z.string(),
      userId: z.string(),
      status: z.enum(['ACCEPTED', 'DECLINED', 'REVOKED']),
    }),
    consumedBy: ['notifications'],
  }),
  'groups.InviteMailed': defineEvent({
    version: 2,
    summary:
      'Whoever proves that an address is theirs is invited into a group: until then the link in the mail opens nothing.',
    payload: inviteMailed,
    earlier: { 1: inviteMailed },
    consumedBy: ['notifications'],
  }),
};
