import { z } from 'zod';
import { defineEvent, SUBGRAPHS } from '../define-event.ts';
import { sealed } from '../sealed-values.ts';

const person = {
  userId: z.string(),
  username: z.string(),
  displayName: z.string(),
  locale: z.string().nullable(),
};

/** Version 1 had the code unencrypted. */
const codeRequested = z.object({
  purpose: z.enum([
    'REGISTRATION',
    'SIGN_IN',
    'PASSWORD_RESET',
    'EMAIL_VERIFICATION',
    'REAUTHENTICATION',
    'EMAIL_CHANGE',
    'EMAIL_CHANGE_CURRENT',
  ]),
  email: z.string(),
  /** Null when nothing is sent, because the address has an account, or because it has none. */
  code: sealed('notifications').nullable(),
  expiresAt: z.string(),
});

/** Version 1 had the address unencrypted. */
const mediaReady = z.object({
  mediaId: z.string(),
  ownerId: z.string(),
  purpose: z.enum(['AVATAR', 'PRODUCT_IMAGE', 'CHAT_ATTACHMENT', 'IMPORT_FILE', 'ACCOUNT_EXPORT']),
  fileName: z.string(),
  altText: z.string().nullable(),
  contentType: z.string(),
  byteSize: z.number(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  /** Where the importing subgraph reads it, for at least half a day; null when it is not an import. */
  url: sealed('products').nullable().default(null),
});

export const usersEvents = {
  'users.UserRegistered': defineEvent({
    version: 1,
    summary: 'Somebody opened an account.',
    payload: z.object({
      ...person,
      email: z.string(),
    }),
    consumedBy: ['products', 'groups', 'chat', 'notifications'],
  }),
  'users.EmailCodeRequested': defineEvent({
    version: 2,
    summary:
      'Somebody asked for a code by mail; it opens nothing without the id that the asker was given.',
    payload: codeRequested,
    earlier: { 1: codeRequested },
    consumedBy: ['notifications'],
  }),
  'users.SecurityChanged': defineEvent({
    version: 1,
    summary: 'What an account is signed in with, or where its mail goes, was changed.',
    payload: z.object({
      userId: z.string(),
      change: z.enum([
        'PASSWORD_SET',
        'EMAIL_CHANGED',
        'TOTP_ENABLED',
        'TOTP_DISABLED',
        'RECOVERY_CODES_REPLACED',
        'PASSKEY_ADDED',
        'PASSKEY_REMOVED',
        'API_KEY_CREATED',
        'API_KEY_REVOKED',
        'IDENTITY_LINKED',
        'IDENTITY_UNLINKED',
        'DELETION_SCHEDULED',
        'DELETION_CANCELLED',
      ]),
      /** Whom to inform by mail: when the address was changed, the former one. */
      email: z.string(),
    }),
    consumedBy: ['notifications'],
    heardByGateways: true,
  }),
  'users.EmailVerified': defineEvent({
    version: 1,
    summary: 'An account proved that it reads its e-mail address.',
    payload: z.object({ userId: z.string(), email: z.string() }),
    consumedBy: ['groups', 'notifications'],
  }),
  'users.ProfileUpdated': defineEvent({
    version: 1,
    summary: 'Somebody changed the public face of their account.',
    payload: z.object({ ...person, changed: z.array(z.string()) }),
    consumedBy: ['products', 'groups', 'notifications'],
  }),
  'users.RolesChanged': defineEvent({
    version: 1,
    summary: 'Somebody has other roles from now on: all of them.',
    payload: z.object({ userId: z.string(), roles: z.array(z.string()) }),
    consumedBy: ['chat'],
    heardByGateways: true,
  }),
  'users.SessionRevoked': defineEvent({
    version: 1,
    summary: 'A session ended before its time; what is open in its name must close.',
    payload: z.object({
      userId: z.string(),
      sessionId: z.string(),
      reason: z.enum([
        'LOGGED_OUT',
        'REVOKED',
        'TOKEN_REUSED',
        'ROLES_CHANGED',
        'SUSPENDED',
        'ACCOUNT_DELETED',
        'PASSWORD_CHANGED',
      ]),
    }),
    consumedBy: ['notifications'],
    heardByGateways: true,
  }),
  'users.MediaReady': defineEvent({
    version: 2,
    summary: 'A file was uploaded and is what it was promised to be: its owner may attach it.',
    payload: mediaReady,
    earlier: { 1: mediaReady },
    consumedBy: ['products', 'groups', 'chat'],
  }),
  'users.MediaDeleted': defineEvent({
    version: 1,
    summary: 'Its owner removed a file: nobody attaches it any more.',
    payload: z.object({ mediaId: z.string(), ownerId: z.string() }),
    consumedBy: ['products', 'groups', 'chat'],
  }),
  'users.UserErased': defineEvent({
    version: 1,
    summary: 'An account is gone for good: who keeps anything of its owner forgets it.',
    payload: z.object({ userId: z.string() }),
    consumedBy: ['products', 'orders', 'groups', 'chat', 'notifications'],
    heardByGateways: true,
  }),
  'users.AccountExportRequested': defineEvent({
    version: 1,
    summary:
      'Somebody asked for all that is known of them: each subgraph answers with its `AccountDataGathered`.',
    payload: z.object({
      exportId: z.string(),
      userId: z.string(),
      /**
       * The public key for which the answers are encrypted; its private half is destroyed once the export is
       * complete.
       */
      publicKey: z.string(),
    }),
    consumedBy: SUBGRAPHS,
  }),
  'users.AccountExported': defineEvent({
    version: 1,
    summary: 'An export of an account is there, or has failed.',
    payload: z.object({ exportId: z.string(), userId: z.string() }),
    consumedBy: [],
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
    consumedBy: ['products', 'chat'],
    heardByGateways: true,
  }),
  'users.UserUnsuspended': defineEvent({
    version: 1,
    summary: 'A suspension was ended before its time.',
    payload: z.object({ userId: z.string(), unsuspendedById: z.string() }),
    consumedBy: ['products', 'chat'],
    heardByGateways: true,
  }),
};
