import { connectionOf, type PageArguments, pageOf } from '@souk/runtime/graphql';
import type { Context } from '../context.ts';
import type { GroupRole } from '../domain/roles.ts';
import type { WayToNames } from '../persistence/member-lists.ts';
import type {
  GroupBanConnectionModel,
  GroupConnectionModel,
  GroupMemberConnectionModel,
} from './models.ts';

const idOf = ({ id }: { id: string }) => id;

/** The public directory. */
export async function pageOfDirectory(
  { query, ...args }: PageArguments & { query?: string | null | undefined },
  { stores, loaders, cursors }: Context,
): Promise<GroupConnectionModel> {
  const searched = query ?? null;
  const purpose = `groups:${searched ?? ''}`;
  const page = pageOf<string>(args, { cursors, purpose });
  const rows = await stores.groups.directory(searched, {
    before: page.from,
    limit: page.limit + 1,
  });
  for (const group of rows) loaders.group.prime(group.id, group);
  return {
    ...connectionOf(rows, page, { cursors, purpose, positionOf: idOf }),
    count: () => stores.groups.countDirectory(searched),
  };
}

/** Up to this many names are scanned; with more, the searched names are looked up first. */
const FEW_MEMBERS = 1_000;

interface MembersFilter {
  roles?: readonly GroupRole[] | null | undefined;
  query?: string | null | undefined;
}

export async function pageOfMembers(
  groupId: string,
  { filter, ...args }: PageArguments & { filter?: MembersFilter | null | undefined },
  context: Context,
): Promise<GroupMemberConnectionModel> {
  const { loaders, cursors } = context;
  const roles = filter?.roles == null ? null : [...new Set(filter.roles)].sort();
  const query = filter?.query ?? null;
  const purpose = `members:${groupId}:${JSON.stringify({ roles, query })}`;
  const page = pageOf<string>(args, { cursors, purpose });
  const wanted = {
    ...{ roles, query },
    through: query === null ? undefined : await wayToNames(groupId, query, context),
  };
  const end =
    wanted.through === 'MEMBERS_IN_ORDER'
      ? ((await loaders.walksEnd(roles, page.from).load(groupId))?.memberId ?? null)
      : null;
  const found = await loaders
    .membersOf(wanted, { from: page.from, limit: page.limit + 1 })
    .load(groupId);
  const rows = end === null ? found : found.filter(({ id }) => id <= end);
  const goesOnAt = rows.length > page.limit ? null : end;
  return {
    ...connectionOf(rows, page, { cursors, purpose, positionOf: idOf, goesOnAt }),
    total: async () => (await loaders.countMembersOf(wanted).load(groupId)) ?? NONE,
  };
}

const NONE = { count: 0, exact: true };

/** By what members are found by their names with the fewest looked at. */
async function wayToNames(
  groupId: string,
  query: string,
  { loaders, stores }: Context,
): Promise<WayToNames> {
  const group = await loaders.group.load(groupId);
  if ((group?.memberCount ?? 0) <= FEW_MEMBERS) return 'MEMBERS';
  return (await stores.users.haveFew(query)) ? 'NAMES' : 'MEMBERS_IN_ORDER';
}

/** The bans of a group, for those who decide them. */
export async function pageOfBans(
  groupId: string,
  args: PageArguments,
  { loaders, cursors }: Context,
): Promise<GroupBanConnectionModel> {
  const purpose = `bans:${groupId}`;
  const page = pageOf<string>(args, { cursors, purpose });
  const rows = await loaders.bansOf({ from: page.from, limit: page.limit + 1 }).load(groupId);
  return {
    ...connectionOf(rows, page, { cursors, purpose, positionOf: idOf }),
    count: async () => (await loaders.countBansOf.load(groupId))?.count ?? 0,
  };
}

/** A person's memberships; only in public groups, unless the viewer is that person. */
export async function pageOfMemberships(
  userId: string,
  { publicOnly, ...args }: PageArguments & { publicOnly: boolean },
  context: Context,
): Promise<GroupMemberConnectionModel> {
  const { loaders, cursors } = context;
  const purpose = `memberships:${userId}:${publicOnly}`;
  const page = pageOf<string>(args, { cursors, purpose });
  const rows = await loaders
    .membershipsOf({ publicOnly }, { from: page.from, limit: page.limit + 1 })
    .load(userId);
  return {
    ...connectionOf(rows, page, { cursors, purpose, positionOf: idOf }),
    total: async () => {
      const counted = await loaders.countMembershipsOf({ publicOnly }).load(userId);
      return { count: counted?.count ?? 0, exact: true };
    },
  };
}

export async function pageOfPublicGroups(
  userId: string,
  args: PageArguments,
  context: Context,
): Promise<GroupConnectionModel> {
  const memberships = await pageOfMemberships(userId, { ...args, publicOnly: true }, context);
  const { edges, total, ...rest } = memberships;
  const groups = await context.loaders.group.loadMany(edges.map(({ node }) => node.groupId));
  return {
    ...rest,
    count: async () => (await total()).count,
    edges: edges.flatMap(({ cursor }, at) => {
      const group = groups[at];
      if (group instanceof Error) throw group;
      // A group that stopped being public between the two reads is left out.
      return group && group.visibility === 'PUBLIC' ? [{ cursor, node: group }] : [];
    }),
  };
}
