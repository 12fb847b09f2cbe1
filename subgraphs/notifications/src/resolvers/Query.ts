import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type { QueryResolvers } from '../__generated__/resolvers.ts';

export const Query: QueryResolvers = {
  emailOutbox: async (_, { status, ...args }, { cursors, stores }) => {
    const statuses = status == null ? null : [...new Set(status)].sort();
    const purpose = `mails:${statuses?.join() ?? 'all'}`;
    const page = pageOf<string>(args, { cursors, purpose });
    const rows = await stores.emails.page(statuses, { before: page.from, limit: page.limit + 1 });
    return connectionOf(rows, page, { cursors, purpose, positionOf: ({ id }) => id });
  },
};
