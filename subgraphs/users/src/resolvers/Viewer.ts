import { ownerOf, unauthenticated, viewerIdOf } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type { ViewerResolvers } from '../__generated__/resolvers.ts';
import { suspensionOf } from '../domain/suspension.ts';

const positionOf = ({ id }: { id: string }) => id;

export const Viewer: ViewerResolvers = {
  /** Only the caller is shown as the viewer, whatever id was asked for. */
  __resolveReference: async (reference, { viewer, stores }) => {
    const userId = ownerOf(reference, viewer);
    const own = userId === null ? null : await stores.accounts.findAtHead(userId);
    return own && { ...own, sessionId: viewer?.sessionId ?? null };
  },
  id: ({ account }) => viewerIdOf(account.id),
  user: ({ account }) => account,
  email: ({ account }) => account.email,
  pendingEmail: ({ account }, _, { stores, services: { clock } }) =>
    stores.challenges.addressOfNewest(account.id, 'EMAIL_CHANGE', clock()),
  emailVerified: ({ account }) => account.emailVerifiedAt !== null,
  locale: ({ account }) => account.locale,
  deletionScheduledFor: ({ account }) => account.deletionDueAt,
  timeZone: ({ account }) => account.timeZone,
  suspension: ({ account }, _, { services: { clock } }) => suspensionOf(account, clock()),
  authenticatedAt: async ({ account, sessionId }, _, { stores }) => {
    if (sessionId === null) return null;
    // Not by the loader: who has just signed in asks with no session yet.
    const [session] = await stores.sessions.findManyOf(account.id, [sessionId]);
    return session?.authenticatedAt ?? null;
  },
  roles: ({ account }) => [...account.roles],
  sessions: async ({ account, sessionId }, page, { stores, cursors, services: { clock } }) => {
    const purpose = `sessions:${account.id}`;
    const wanted = pageOf<string>(page, { cursors, purpose });
    const now = clock();
    const [rows, totalCount] = await Promise.all([
      stores.sessions.openOf(account.id, now, wanted),
      stores.sessions.countOpenOf(account.id, now),
    ]);
    const shown = rows.map((session) => ({ ...session, current: session.id === sessionId }));
    return { ...connectionOf(shown, wanted, { cursors, purpose, positionOf }), totalCount };
  },
  addresses: async ({ account }, page, { stores, cursors }) => {
    const purpose = `addresses:${account.id}`;
    const wanted = pageOf<string>(page, { cursors, purpose });
    const [rows, totalCount] = await Promise.all([
      stores.addresses.listOf(account.id, wanted),
      stores.addresses.countOf(account.id),
    ]);
    return { ...connectionOf(rows, wanted, { cursors, purpose, positionOf }), totalCount };
  },
  apiKeys: async ({ account }, page, { stores, cursors }) => {
    const purpose = `apiKeys:${account.id}`;
    const wanted = pageOf<string>(page, { cursors, purpose });
    const rows = await stores.apiKeys.pageOf(account.id, wanted);
    return connectionOf(rows, wanted, { cursors, purpose, positionOf });
  },
  exports: async ({ account }, page, { stores, cursors }) => {
    const purpose = `exports:${account.id}`;
    const wanted = pageOf<string>(page, { cursors, purpose });
    const rows = await stores.exports.pageOf(account.id, wanted);
    return connectionOf(rows, wanted, { cursors, purpose, positionOf });
  },
  security: async ({ account }, _, { stores }) => {
    const methods = await stores.signInMethods.of(account.id);
    if (!methods) throw unauthenticated();
    return { ...methods, accountId: account.id };
  },
  accountHead: ({ account, headSequence }, _, { live }) =>
    live.cursorAt(userStream(account.id), headSequence),
};
