import { type Invite as InviteRow, Prisma } from '../__generated__/prisma/client.ts';
import type { GroupInvite, Invitee, InviteStatus } from '../domain/invite.ts';
import { roleHeld } from '../domain/roles.ts';
import type { Db } from './client.ts';
import type { ListPage } from './member-lists.ts';

/** What of an invitation changes. */
export type InviteChange = Partial<
  Pick<
    GroupInvite,
    'status' | 'role' | 'expiresAt' | 'inviterId' | 'inviteeId' | 'inviteeEmail' | 'uses'
  >
>;

/** Invitations; changes belong under the group's lock. */
export interface InviteStore {
  findMany(ids: readonly string[]): Promise<GroupInvite[]>;
  findManyByCode(codes: readonly string[]): Promise<GroupInvite[]>;
  /** Those of these people that wait for an answer, also when their time is over. */
  pendingFor(groupId: string, userIds: readonly string[]): Promise<GroupInvite[]>;
  pendingByMail(groupId: string, emails: readonly string[]): Promise<GroupInvite[]>;
  /** Some of those that wait in a group, or there those of one inviter, from a place on. */
  pendingIn(
    groupId: string,
    inviterId: string | null,
    page: { after: string | null; limit: number },
  ): Promise<GroupInvite[]>;
  /** Some of those that wait for who proves that an address is theirs. */
  pendingAt(email: string, now: Date, limit: number): Promise<GroupInvite[]>;
  /** Those whose time was over at this moment and whose rows do not say so. */
  over(now: Date, limit: number): Promise<GroupInvite[]>;
  insert(invites: readonly GroupInvite[]): Promise<void>;
  update(id: string, change: InviteChange): Promise<void>;
  /** One page of each of these groups, the newest first, as they stand now; `status` null takes all. */
  pages(
    groupIds: readonly string[],
    wanted: { status: InviteStatus | null; now: Date },
    page: ListPage,
  ): Promise<GroupInvite[]>;
  /** Those that a person may answer now, the newest first. */
  pageFor(invitee: Invitee, now: Date, page: ListPage): Promise<GroupInvite[]>;
}

const INVITE = Prisma.sql`i.id, i.code, i.group_id AS "groupId", i.inviter_id AS "inviterId",
  i.invitee_id AS "inviteeId", i.invitee_email AS "inviteeEmail", i.role, i.status,
  i.max_uses AS "maxUses", i.uses, i.expires_at AS "expiresAt", i.created_at AS "createdAt"`;

const isOver = (now: Date) => Prisma.sql`(i.expires_at IS NOT NULL AND i.expires_at <= ${now})`;

/** What stands so now: a row whose time is over says that it is pending until the worker comes by. */
const standing = (status: InviteStatus | null, now: Date): Prisma.Sql => {
  if (status === null) return Prisma.empty;
  if (status === 'PENDING') return Prisma.sql`AND i.status = 'PENDING' AND NOT ${isOver(now)}`;
  return Prisma.sql`AND i.status = ${status}`;
};

export const createInviteStore = (db: Db): InviteStore => {
  const { invite } = db;
  const found = async (given: Prisma.InviteFindManyArgs) =>
    (await invite.findMany(given)).map(inviteOfRow);
  const listed = async (query: Prisma.Sql) =>
    (await db.$queryRaw<InviteRow[]>(query)).map(inviteOfRow);
  const status = 'PENDING';
  return {
    findMany: (ids) => found({ where: { id: { in: [...ids] } } }),
    findManyByCode: (codes) => found({ where: { code: { in: [...codes] } } }),
    pendingFor: (groupId, userIds) =>
      found({ where: { groupId, status, inviteeId: { in: [...userIds] } } }),
    pendingByMail: (groupId, emails) =>
      found({ where: { groupId, status, inviteeEmail: { in: [...emails] } } }),
    pendingIn: (groupId, inviterId, { after, limit }) =>
      found({
        where: {
          groupId,
          status,
          ...(inviterId === null ? {} : { inviterId }),
          ...(after === null ? {} : { id: { gt: after } }),
        },
        orderBy: { id: 'asc' },
        take: limit,
      }),
    pendingAt: (email, now, limit) =>
      found({
        where: { status, inviteeEmail: email, expiresAt: { gt: now } },
        orderBy: { id: 'asc' },
        take: limit,
      }),
    over: (now, limit) =>
      found({
        where: { status, expiresAt: { lte: now } },
        orderBy: { expiresAt: 'asc' },
        take: limit,
      }),
    insert: async (invites) => {
      await invite.createMany({ data: [...invites] });
    },
    update: async (id, data) => {
      await invite.update({ where: { id }, data });
    },
    pages: (groupIds, wanted, { from, limit }) =>
      listed(Prisma.sql`
        SELECT page.* FROM unnest(${[...groupIds]}::text[]) AS parent(id) CROSS JOIN LATERAL (
          SELECT ${INVITE} FROM invite i
          WHERE i.group_id = parent.id ${standing(wanted.status, wanted.now)}
            AND (${from}::text IS NULL OR i.id < ${from})
          ORDER BY i.id DESC LIMIT ${limit}) page`),
    pageFor: ({ userId, email }, now, { from, limit }) => {
      const own = (condition: Prisma.Sql) => Prisma.sql`(
        SELECT ${INVITE} FROM invite i
        WHERE ${condition} ${standing('PENDING', now)} AND (${from}::text IS NULL OR i.id < ${from})
        ORDER BY i.id DESC LIMIT ${limit})`;
      return listed(Prisma.sql`
        ${own(Prisma.sql`i.invitee_id = ${userId}`)} UNION ALL
        ${own(Prisma.sql`i.invitee_email = ${email}::text AND i.invitee_id IS NULL`)}
        ORDER BY id DESC LIMIT ${limit}`);
    },
  };
};

const inviteOfRow = (row: InviteRow): GroupInvite => ({
  ...row,
  role: roleHeld(row.role),
  status: row.status as InviteStatus,
});
