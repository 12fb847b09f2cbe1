import { connectionOf, ownerOf, pageOf, viewerIdOf } from '@souk/runtime';
import type { ViewerResolvers } from '../__generated__/resolvers.ts';
import { accountStream } from '../domain/account.ts';

export const Viewer: ViewerResolvers = {
  /** Nobody is shown as the viewer but the caller, whoever may ask for it. */
  __resolveReference: async (reference, { viewer, reads }) => {
    const userId = ownerOf(reference, viewer);
    const own = userId === null ? null : await reads.accounts.findAtHead(userId);
    return own && { ...own, sessionId: viewer?.sessionId ?? null };
  },
  id: ({ account }) => viewerIdOf(account.id),
  user: ({ account }) => account,
  email: ({ account }) => account.email,
  emailVerified: ({ account }) => account.emailVerifiedAt !== null,
  roles: ({ account }) => [...account.roles],
  sessions: async ({ account, sessionId }, page, { reads, cursors, clock }) => {
    const purpose = `sessions:${account.id}`;
    const wanted = pageOf<string>(page, { cursors, purpose });
    const now = clock();
    const [rows, totalCount] = await Promise.all([
      reads.sessions.openOf(account.id, now, wanted),
      reads.sessions.countOpenOf(account.id, now),
    ]);
    const shown = rows.map((session) => ({ ...session, current: session.id === sessionId }));
    const positionOf = ({ id }: { id: string }) => id;
    return { ...connectionOf(shown, wanted, { cursors, purpose, positionOf }), totalCount };
  },
  accountHead: ({ account, headSequence }, _, { live }) =>
    live.cursorAt(accountStream(account.id), headSequence),
};
