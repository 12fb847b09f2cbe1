import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

const person = {
  userId: z.string(),
  username: z.string(),
  displayName: z.string(),
  locale: z.string().nullable(),
};
const emailVerification = z.object({ token: z.string(), expiresAt: z.string() });

export const usersEvents = {
  'users.UserRegistered': defineEvent({
    version: 1,
    summary: 'Somebody opened an account.',
    payload: z.object({
      ...person,
      email: z.string(),
      emailVerification,
      /** True for demo people: nobody reads mail there, so none is sent. */
      silent: z.boolean().optional(),
    }),
    consumedBy: ['products', 'chat', 'notifications'],
  }),
  'users.EmailVerificationRequested': defineEvent({
    version: 1,
    summary: 'Somebody asked for another mail that confirms their address.',
    payload: z.object({ ...person, email: z.string(), emailVerification }),
    consumedBy: ['notifications'],
  }),
  'users.EmailVerified': defineEvent({
    version: 1,
    summary: 'An account proved that it reads its e-mail address.',
    payload: z.object({ userId: z.string(), email: z.string() }),
    consumedBy: ['notifications'],
  }),
  'users.ProfileUpdated': defineEvent({
    version: 1,
    summary: 'Somebody changed the public face of their account.',
    payload: z.object({ ...person, changed: z.array(z.string()) }),
    consumedBy: ['products', 'notifications'],
  }),
  'users.SessionRevoked': defineEvent({
    version: 1,
    summary: 'A session ended before its time; what is open in its name must close.',
    payload: z.object({
      userId: z.string(),
      sessionId: z.string(),
      reason: z.enum(['LOGGED_OUT', 'REVOKED', 'TOKEN_REUSED', 'ROLES_CHANGED', 'SUSPENDED']),
    }),
    consumedBy: [],
    heardByGateways: true,
  }),
  'users.UserSuspended': defineEvent({
    version: 1,
    summary:
      'Somebody may sign in and read, and change nothing for now; or for how long was changed.',
    payload: z.object({
      userId: z.string(),
      reason: z.string(),
      until: z.string().nullable(),
      /** Who decided it; never shown to the person. */
      suspendedById: z.string(),
    }),
    consumedBy: [],
  }),
  'users.UserUnsuspended': defineEvent({
    version: 1,
    summary: 'A suspension was ended before its time.',
    payload: z.object({ userId: z.string(), unsuspendedById: z.string() }),
    consumedBy: [],
  }),
};
