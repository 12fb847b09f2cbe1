import { assertExactlyOne, badInput, isIdOf } from '@souk/runtime/domain';
import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type { QueryResolvers } from '../__generated__/resolvers.ts';
import { canonicalUsername, isReserved, isUsername } from '../domain/username.ts';
import { ownViewer } from './own-viewer.ts';

/** A gateway asks for no more at a time. */
const MOST_SESSIONS = 500;

export const Query: QueryResolvers = {
  viewer: (_, __, context) => ownViewer(context),
  user: (_, { id, username }, { loaders }) => {
    assertExactlyOne({ id, username });
    if (id != null) {
      if (!isIdOf('usr', id)) throw badInput('This is not the id of a user.', ['id']);
      return loaders.account.load(id);
    }
    return loaders.accountByUsername.load(canonicalUsername(username ?? ''));
  },
  users: async (_, { query, ...page }, { stores, cursors }) => {
    const search = query ?? null;
    const purpose = `users:${search ?? ''}`;
    const wanted = pageOf<string>(page, { cursors, purpose });
    const [rows, totalCount] = await Promise.all([
      stores.accounts.search(search, wanted),
      stores.accounts.countMatches(search),
    ]);
    const positionOf = ({ id }: { id: string }) => id;
    return { ...connectionOf(rows, wanted, { cursors, purpose, positionOf }), totalCount };
  },
  openSessions: (_, { ids }, { stores, services: { clock } }) => {
    if (ids.length > MOST_SESSIONS) throw badInput(`At most ${MOST_SESSIONS} ids.`, ['ids']);
    // An API key stands where a session does, though nobody signs in by it.
    return Promise.all([
      stores.sessions.openAmong(ids, clock()),
      stores.apiKeys.openAmong(ids, clock()),
    ]).then((open) => open.flat());
  },
  identityProviders: (_, __, { services: { identityProviders } }) => [...identityProviders.list],
  apiKeyHolder: async (_, { digest }, { stores, services: { clock } }) => {
    const bytes = new Uint8Array(Buffer.from(digest, 'base64url'));
    const holder = await stores.apiKeys.use(bytes, clock());
    if (!holder) return null;
    const { key, accountId, roles, suspended } = holder;
    const { id, scopes, expiresAt } = key;
    return {
      apiKeyId: id,
      userId: accountId,
      suspended,
      expiresAt,
      roles: [...roles],
      scopes: [...scopes],
    };
  },
  usernameAvailable: async (_, args, { stores }) => {
    const username = canonicalUsername(args.username);
    if (!isUsername(username) || isReserved(username)) return false;
    return !(await stores.accounts.usernameIsTaken(username));
  },
};
