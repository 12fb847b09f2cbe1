import { type JoinRequest as JoinRequestRow, Prisma } from '../__generated__/prisma/client.ts';
import type { JoinRequest, JoinRequestStatus } from '../domain/join-request.ts';
import type { Db } from './client.ts';
import type { Counted, ListPage } from './member-lists.ts';

/** How a request was closed. */
export type ClosedRequest = Pick<
  JoinRequest,
  'status' | 'decidedBy' | 'decisionNote' | 'decidedAt'
>;

/** Requests to join groups; changes require the group's lock. */
export interface JoinRequestStore {
  findMany(ids: readonly string[]): Promise<JoinRequest[]>;
  findPending(groupId: string, userId: string): Promise<JoinRequest | null>;
  /** Those of a person to a group that were closed since then. */
  closedSince(groupId: string, userId: string, since: Date): Promise<JoinRequest[]>;
  /** The next pending one of a person, by its id. */
  nextPendingOf(userId: string, after: string): Promise<JoinRequest | null>;
  /** The latest that somebody made to each of these groups. */
  latestOf(userId: string, groupIds: readonly string[]): Promise<JoinRequest[]>;
  insert(request: JoinRequest): Promise<void>;
  close(id: string, closed: ClosedRequest): Promise<void>;
  /** Some pending ones of a group, oldest first. */
  pendingOf(groupId: string, limit: number): Promise<JoinRequest[]>;
  /** One page for each of these groups, newest first; a null `status` matches all. */
  pagesOfGroups(
    groupIds: readonly string[],
    status: JoinRequestStatus | null,
    page: ListPage,
  ): Promise<JoinRequest[]>;
  countsOfGroups(groupIds: readonly string[], status: JoinRequestStatus | null): Promise<Counted[]>;
  pagesOfPeople(userIds: readonly string[], page: ListPage): Promise<JoinRequest[]>;
  countsOfPeople(userIds: readonly string[]): Promise<Counted[]>;
}

const REQUEST = Prisma.sql`r.id, r.group_id AS "groupId", r.user_id AS "userId", r.note, r.status,
  r.decided_by AS "decidedBy", r.decision_note AS "decisionNote", r.created_at AS "createdAt",
  r.decided_at AS "decidedAt"`;

export const createJoinRequestStore = (db: Db): JoinRequestStore => {
  const { joinRequest } = db;
  const listed = async (query: Prisma.Sql) =>
    (await db.$queryRaw<JoinRequestRow[]>(query)).map(requestOfRow);
  /** A page for each parent, whose id is in this column. */
  const pages = (parents: readonly string[], of: Prisma.Sql, { from, limit }: ListPage) =>
    listed(Prisma.sql`
      SELECT page.* FROM unnest(${[...parents]}::text[]) AS parent(id) CROSS JOIN LATERAL (
        SELECT ${REQUEST} FROM join_request r
        WHERE ${of} AND r.id < ${from ?? '~'}
        ORDER BY r.id DESC LIMIT ${limit}) page`);
  return {
    findMany: async (ids) =>
      (await joinRequest.findMany({ where: { id: { in: [...ids] } } })).map(requestOfRow),
    findPending: async (groupId, userId) => {
      const row = await joinRequest.findFirst({ where: { groupId, userId, status: 'PENDING' } });
      return row && requestOfRow(row);
    },
    closedSince: async (groupId, userId, since) =>
      (await joinRequest.findMany({ where: { groupId, userId, decidedAt: { gt: since } } })).map(
        requestOfRow,
      ),
    nextPendingOf: async (userId, after) => {
      const row = await joinRequest.findFirst({
        where: { userId, status: 'PENDING', id: { gt: after } },
        orderBy: { id: 'asc' },
      });
      return row && requestOfRow(row);
    },
    latestOf: (userId, groupIds) =>
      listed(Prisma.sql`
        SELECT latest.* FROM unnest(${[...groupIds]}::text[]) AS parent(id) CROSS JOIN LATERAL (
          SELECT ${REQUEST} FROM join_request r
          WHERE r.user_id = ${userId} AND r.group_id = parent.id ORDER BY r.id DESC LIMIT 1) latest`),
    insert: async (request) => {
      await joinRequest.create({ data: request });
    },
    close: async (id, closed) => {
      await joinRequest.update({ where: { id }, data: closed });
    },
    pendingOf: async (groupId, limit) => {
      const rows = await joinRequest.findMany({
        where: { groupId, status: 'PENDING' },
        orderBy: { id: 'asc' },
        take: limit,
      });
      return rows.map(requestOfRow);
    },
    pagesOfGroups: (groupIds, status, page) => {
      const wanted = status === null ? Prisma.empty : Prisma.sql`AND r.status = ${status}`;
      return pages(groupIds, Prisma.sql`r.group_id = parent.id ${wanted}`, page);
    },
    countsOfGroups: async (groupIds, status) => {
      const rows = await joinRequest.groupBy({
        by: ['groupId'],
        where: { groupId: { in: [...groupIds] }, ...(status === null ? {} : { status }) },
        _count: true,
      });
      return rows.map(({ groupId, _count }) => ({ parentId: groupId, count: _count }));
    },
    pagesOfPeople: (userIds, page) => pages(userIds, Prisma.sql`r.user_id = parent.id`, page),
    countsOfPeople: async (userIds) => {
      const rows = await joinRequest.groupBy({
        by: ['userId'],
        where: { userId: { in: [...userIds] } },
        _count: true,
      });
      return rows.map(({ userId, _count }) => ({ parentId: userId, count: _count }));
    },
  };
};

const requestOfRow = (row: JoinRequestRow): JoinRequest => ({
  ...row,
  status: row.status as JoinRequestStatus,
});
