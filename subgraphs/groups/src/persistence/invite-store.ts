import { type Invite as InviteRow, Prisma } from '../__generated__/prisma/client.ts';
import type { GroupInvite, Invitee, InviteStatus } from '../domain/invite.ts';
import { roleHeld } from '../domain/roles.ts';
import type { Db } from './client.ts';
import type { ListPage } from './member-lists.ts';

/** The fields of an invitation that change. */
export type InviteChange = Partial<
  Pick<
    GroupInvite,
    'status' | 'role' | 'expiresAt' | 'inviterId' | 'inviteeId' | 'inviteeEmail' | 'uses'
  >
>;

/** Invitations; changes require the group's lock. */
export interface InviteStore {
  findMany(ids: readonly string[]): Promise<GroupInvite[]>;
  findManyByCode(codes: readonly string[]): Promise<GroupInvite[]>;
  /** The pending ones of these people, including expired ones. */
  pendingFor(groupId: string, userIds: readonly string[]): Promise<GroupInvite[]>;
  pendingByMail(groupId: string, emails: readonly string[]): Promise<GroupInvite[]>;
  /** Some pending ones of a group, or of one inviter there, after a position. */
  pendingIn(
    groupId: string,
    inviterId: string | null,
    page: { after: string | null; limit: number },
  ): Promise<GroupInvite[]>;
  /** Some pending ones for a person who has just confirmed their address. */
  pendingAt(email: string, now: Date, limit: number): Promise<GroupInvite[]>;
  /** Those that had expired at this moment without their rows saying so. */
  over(now: Date, limit: number): Promise<GroupInvite[]>;
  insert(invites: readonly GroupInvite[]): Promise<void>;
  update(id: string, change: InviteChange): Promise<void>;
  /**
   * One page for each of these groups, newest first, with their current status; a null `status` matches all.
   */
  pages(
    groupIds: readonly string[],
    wanted: { status: InviteStatus | null; now: Date },
    page: ListPage,
  ): Promise<GroupInvite[]>;
  /** Those that a person can answer now, newest first. */
  pageFor(invitee: Invitee, now: Date, page: ListPage): Promise<GroupInvite[]>;
}

const INVITE = Prisma.sql`i.id, i.code, i.group_id AS "groupId", i.inviter_id AS "inviterId",
  i.invitee_id AS "inviteeId", i.invitee_email AS "inviteeEmail", i.role, i.status,
  i.max_uses AS "maxUses", i.uses, i.expires_at AS "expiresAt", i.created_at AS "createdAt"`;

const isOver = (now: Date) => Prisma.sql`(i.expires_at IS NOT NULL AND i.expires_at <= ${now})`;

/** Those with this current status: an expired row still says pending until the worker updates it. */
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
            AND i.id < ${from ?? '~'}
          ORDER BY i.id DESC LIMIT ${limit}) page`),
    pageFor: ({ userId, email }, now, { from, limit }) => {
      const own = (condition: Prisma.Sql) => Prisma.sql`(
        SELECT ${INVITE} FROM invite i
        WHERE ${condition} ${standing('PENDING', now)} AND i.id < ${from ?? '~'}
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
