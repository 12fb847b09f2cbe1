import { FOUND_FIRST, searchQueryOf } from '@souk/runtime/search';
import { type Membership as MembershipRow, Prisma } from '../__generated__/prisma/client.ts';
import type { Membership } from '../domain/membership.ts';
import { type GroupRole, heldAs } from '../domain/roles.ts';
import type { Db } from './client.ts';
import { membershipOfRow } from './membership-store.ts';

export interface ListPage {
  /** The id the list continues after, or null for its start. */
  from: string | null;
  /** Rows for each parent. */
  limit: number;
}

/** Which members; null for all. */
export interface WantedMembers {
  roles: readonly GroupRole[] | null;
  /** Words of their names. */
  query: string | null;
  /** What is gone through: people with such names where nothing is said. */
  through?: WayToNames | undefined;
}

export type WayToNames = 'NAMES' | 'MEMBERS' | 'MEMBERS_IN_ORDER';

/** Lists for many parents at once, so that a page of groups costs as much as one group. */
export interface MemberLists {
  /** Members of each group in the order they came. */
  membersOf(
    groupIds: readonly string[],
    wanted: WantedMembers,
    page: ListPage,
  ): Promise<Membership[]>;
  /**
   * Up to which member a page through `MEMBERS_IN_ORDER` looks at the names, of each group that has more. To be asked before
   * the page, which looks at least as far: whoever leaves meanwhile makes it look further.
   */
  walksEnd(
    groupIds: readonly string[],
    roles: WantedMembers['roles'],
    from: ListPage['from'],
  ): Promise<WalksEnd[]>;
  /** Through `MEMBERS_IN_ORDER`, of the first 10,000 members of these roles. */
  countMembersOf(groupIds: readonly string[], wanted: WantedMembers): Promise<Total[]>;
  /** Each person's memberships, latest first; `publicOnly` leaves out groups that are not public. */
  membershipsOf(
    userIds: readonly string[],
    filter: { publicOnly: boolean },
    page: ListPage,
  ): Promise<Membership[]>;
  countMembershipsOf(
    userIds: readonly string[],
    filter: { publicOnly: boolean },
  ): Promise<Counted[]>;
}

export interface WalksEnd {
  parentId: string;
  memberId: string;
}

export interface Counted {
  parentId: string;
  count: number;
}

export interface Total extends Counted {
  /** False where there may be more. */
  exact: boolean;
}

const STANDING = Prisma.sql`m.group_id AS "groupId", m.user_id AS "userId", m.role,
  m.joined_at AS "joinedAt", m.muted_at AS "mutedAt", m.muted_until AS "mutedUntil",
  m.mute_reason AS "muteReason"`;

const MEMBER = Prisma.sql`m.id, ${STANDING}`;

const withRole = (roles: readonly GroupRole[] | null) =>
  roles === null ? Prisma.empty : Prisma.sql`AND m.role = ANY(${heldAs(roles)})`;

/**
 * Members of the parent's group after a position. Their ids come from an index of groups and ids alone: if it had to
 * give the rows too, PostgreSQL would walk along the primary key near the end of the table, past the members of all other groups.
 */
const inOrder = (role: Prisma.Sql, after: Prisma.Sql, limit: number) => Prisma.sql`
  SELECT n.id, ${STANDING} FROM (
    SELECT m.id FROM membership m WHERE m.group_id = parent.id ${role} ${after}
    ORDER BY m.id LIMIT ${limit}) n
  CROSS JOIN LATERAL (SELECT * FROM membership m WHERE m.id = n.id LIMIT 1) m
  ORDER BY n.id`;

/** The most members whose names are looked up for a page: as many as names are looked up among members. */
const MEMBERS_WALKED = FOUND_FIRST;
/** Beyond that, as somebody who gets a role while a page is read makes the walk of that role end earlier. */
const SPARE = 64;

/**
 * Names that many have are met soon on a walk in order: each member's is looked up, and no index finds it. What many have
 * may be what nobody in the group has: so the walk ends after some, and the next page goes on there.
 */
const namedInOrder = (query: string) => (role: Prisma.Sql, after: Prisma.Sql, limit: number) =>
  Prisma.sql`
  SELECT m.* FROM (${inOrder(role, after, MEMBERS_WALKED + SPARE)}) m
  WHERE (SELECT (k.search @@ ${searchQueryOf(query)}::tsquery) IS TRUE FROM known_user k WHERE k.id = m."userId")
  ORDER BY m.id LIMIT ${limit}`;

/** The most members whose names are looked up for a total. */
const MEMBERS_COUNTED = 10_000;

/** How many of the first members have a name that many people have. */
const countNamed = (query: string, roles: WantedMembers['roles']): Prisma.Sql => {
  const limit = MEMBERS_COUNTED + 1;
  const walk = (role: Prisma.Sql) => inOrder(role, Prisma.empty, limit);
  return Prisma.sql`
    SELECT count(*) FILTER (WHERE nth <= ${MEMBERS_COUNTED} AND (
        SELECT (k.search @@ ${searchQueryOf(query)}::tsquery) IS TRUE FROM known_user k WHERE k.id = m."userId")),
      max(nth) <= ${MEMBERS_COUNTED} AS exact
    FROM (SELECT *, row_number() OVER (ORDER BY id) AS nth FROM (
      ${roles === null ? walk(Prisma.empty) : ofEachRole(roles, walk, limit)}) walked) m`;
};

/** A page of each role first, since an index only has those of one role in order. */
const ofEachRole = (
  roles: readonly GroupRole[],
  page: (role: Prisma.Sql) => Prisma.Sql,
  limit: number,
) => Prisma.sql`
  SELECT own.* FROM unnest(${heldAs(roles)}::text[]) AS wanted(role) CROSS JOIN LATERAL (
    ${page(Prisma.sql`AND m.role = wanted.role`)}) own
  ORDER BY own.id LIMIT ${limit}`;

/**
 * Members of the parent's group whose names match; a query without words is NULL to PostgreSQL, and matches
 * nobody. Names are found before members are looked up (OFFSET 0 enforces that); otherwise the planner would
 * walk through all members of the group, hoping to find enough such names soon.
 */
const byNames = (query: string, filter: Prisma.Sql) => Prisma.sql`
  (SELECT k.id FROM known_user k WHERE k.search @@ ${searchQueryOf(query)}::tsquery OFFSET 0) known
  CROSS JOIN LATERAL (SELECT ${MEMBER} FROM membership m
    WHERE m.group_id = parent.id AND m.user_id = known.id ${filter} OFFSET 0) found`;

/** Finds members by scanning the names of all of them, when there are few. */
const byMembers = (query: string, filter: Prisma.Sql) => Prisma.sql`
  (SELECT ${MEMBER} FROM membership m WHERE m.group_id = parent.id ${filter} OFFSET 0) found
  JOIN known_user known ON known.id = found."userId" AND known.search @@ ${searchQueryOf(query)}::tsquery`;

const withName = (
  { query, through }: WantedMembers & { query: string },
  filter: Prisma.Sql,
): Prisma.Sql => (through === 'MEMBERS' ? byMembers(query, filter) : byNames(query, filter));

const pageOf = (wanted: WantedMembers, after: Prisma.Sql, limit: number): Prisma.Sql => {
  const { roles, query, through } = wanted;
  if (query !== null && through !== 'MEMBERS_IN_ORDER') {
    const filter = Prisma.sql`${withRole(roles)} ${after}`;
    return Prisma.sql`SELECT found.* FROM ${withName({ ...wanted, query }, filter)} ORDER BY found.id LIMIT ${limit}`;
  }
  const walk = query === null ? inOrder : namedInOrder(query);
  return roles === null
    ? walk(Prisma.empty, after, limit)
    : ofEachRole(roles, (role) => walk(role, after, limit), limit);
};

/** The last member that a walk looks at; of walks of several roles, where the first ends. */
const endOfWalk = (roles: WantedMembers['roles'], after: Prisma.Sql): Prisma.Sql => {
  const end = (role: Prisma.Sql) => Prisma.sql`
    SELECT m.id FROM membership m WHERE m.group_id = parent.id ${role} ${after}
    ORDER BY m.id OFFSET ${MEMBERS_WALKED - 1} LIMIT 1`;
  return roles === null ? end(Prisma.empty) : ofEachRole(roles, end, 1);
};

const behind = (from: string | null) =>
  from === null ? Prisma.empty : Prisma.sql`AND m.id > ${from}`;

const inPublic = (publicOnly: boolean) =>
  publicOnly
    ? Prisma.sql`AND EXISTS (SELECT 1 FROM community g WHERE g.id = m.group_id
        AND g.visibility = 'PUBLIC' AND g.archived_at IS NULL)`
    : Prisma.empty;

export const createMemberLists = (db: Db): MemberLists => {
  const counted = async (
    rows: Promise<{ parentId: string; count: bigint; exact?: boolean | null }[]>,
  ) =>
    (await rows).map(({ parentId, count, exact }) => ({
      ...{ parentId, count: Number(count) },
      exact: exact ?? true,
    }));
  const listed = async (query: Prisma.Sql) =>
    (await db.$queryRaw<MembershipRow[]>(query)).map(membershipOfRow);
  return {
    membersOf: (groupIds, wanted, { from, limit }) =>
      listed(Prisma.sql`
        SELECT page.* FROM unnest(${[...groupIds]}::text[]) AS parent(id) CROSS JOIN LATERAL (
          ${pageOf(wanted, behind(from), limit)}) page`),
    walksEnd: (groupIds, roles, from) =>
      db.$queryRaw<WalksEnd[]>`
        SELECT parent.id AS "parentId", walk.id AS "memberId"
        FROM unnest(${[...groupIds]}::text[]) AS parent(id) CROSS JOIN LATERAL (
          ${endOfWalk(roles, behind(from))}) walk`,
    countMembersOf: (groupIds, wanted) => {
      const { roles, query, through } = wanted;
      if (query !== null && through === 'MEMBERS_IN_ORDER')
        return counted(db.$queryRaw`
          SELECT parent.id AS "parentId", walk.*
          FROM unnest(${[...groupIds]}::text[]) AS parent(id) CROSS JOIN LATERAL (
            ${countNamed(query, roles)}) walk`);
      return counted(
        query === null
          ? db.$queryRaw`
              SELECT m.group_id AS "parentId", count(*) FROM membership m
              WHERE m.group_id = ANY(${[...groupIds]}) ${withRole(roles)}
              GROUP BY m.group_id`
          : db.$queryRaw`
              SELECT parent.id AS "parentId", count(*)
              FROM unnest(${[...groupIds]}::text[]) AS parent(id)
              CROSS JOIN LATERAL (SELECT 1 FROM ${withName({ ...wanted, query }, withRole(roles))}) one
              GROUP BY parent.id`,
      );
    },
    membershipsOf: (userIds, { publicOnly }, { from, limit }) => {
      const before = from === null ? Prisma.empty : Prisma.sql`AND m.id < ${from}`;
      return listed(Prisma.sql`
        SELECT page.* FROM unnest(${[...userIds]}::text[]) AS parent(id) CROSS JOIN LATERAL (
          SELECT ${MEMBER} FROM membership m
          WHERE m.user_id = parent.id ${inPublic(publicOnly)} ${before}
          ORDER BY m.id DESC LIMIT ${limit}) page`);
    },
    countMembershipsOf: (userIds, { publicOnly }) =>
      counted(db.$queryRaw`
        SELECT m.user_id AS "parentId", count(*) FROM membership m
        WHERE m.user_id = ANY(${[...userIds]}) ${inPublic(publicOnly)}
        GROUP BY m.user_id`),
  };
};
