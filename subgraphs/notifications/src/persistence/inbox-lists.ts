import { type Notification as NotificationRow, Prisma } from '../__generated__/prisma/client.ts';
import { KINDS, type NotificationBox, type NotificationKind } from '../domain/notification.ts';
import type { Db } from './client.ts';

export interface InboxCriteria {
  userId: string;
  kinds: readonly NotificationKind[] | null;
  unreadOnly: boolean;
  box: NotificationBox;
}

/** The position of a row in an inbox: when it was last updated, and its id. */
export type InboxPosition = [updatedAt: string, id: string];

export interface InboxPage {
  from: InboxPosition | null;
  limit: number;
}

/** The columns of a notice that are shown. */
export type ShownRow = Omit<
  NotificationRow,
  'subject' | 'entityId' | 'sourceSequence' | 'streamSequence' | 'seenAt' | 'dismissedAt'
>;

const COLUMNS = Prisma.sql`n.id, n.user_id AS "userId", n.kind, n.title, n.body, n.actor_id AS "actorId",
  n.room_id AS "roomId", n.message_id AS "messageId", n.order_id AS "orderId", n.target, n.words, n.count,
  n.created_at AS "createdAt", n.updated_at AS "updatedAt", n.read_at AS "readAt",
  n.archived_at AS "archivedAt", n.snoozed_until AS "snoozedUntil"`;

/** The condition for each box, in the words of its index. */
const IN_BOX: Readonly<Record<NotificationBox, Prisma.Sql>> = {
  INBOX: Prisma.sql`n.archived_at IS NULL AND n.snoozed_until IS NULL`,
  SNOOZED: Prisma.sql`n.snoozed_until IS NOT NULL`,
  ARCHIVED: Prisma.sql`n.archived_at IS NOT NULL`,
};

const matching = ({ userId, unreadOnly, box }: InboxCriteria): Prisma.Sql =>
  Prisma.join(
    [
      Prisma.sql`n.user_id = ${userId} AND n.dismissed_at IS NULL`,
      IN_BOX[box],
      ...(unreadOnly ? [Prisma.sql`n.read_at IS NULL`] : []),
    ],
    ' AND ',
  );

/**
 * A page of a box, the most recently updated first. If only some kinds are wanted, each is read by its own index, at most
 * one page of each, and they are merged: in a walk through all kinds, those few could come after any number of others.
 */
export function readInbox(
  db: Db,
  criteria: InboxCriteria,
  { from, limit }: InboxPage,
): Promise<ShownRow[]> {
  const beyond = from
    ? Prisma.sql`AND (n.updated_at, n.id) < (${from[0]}::timestamptz, ${from[1]})`
    : Prisma.empty;
  const walk = (kind: Prisma.Sql) => Prisma.sql`
    SELECT * FROM notification n WHERE ${matching(criteria)} AND ${kind} ${beyond}
    ORDER BY n.updated_at DESC, n.id DESC LIMIT ${limit}`;
  const rows =
    criteria.kinds === null
      ? Prisma.sql`(${walk(Prisma.sql`n.kind = ANY(${[...KINDS]})`)}) n`
      : Prisma.sql`unnest(${[...criteria.kinds]}::text[]) AS wanted (kind)
          CROSS JOIN LATERAL (${walk(Prisma.sql`n.kind = wanted.kind`)}) n`;
  return db.$queryRaw`
    SELECT ${COLUMNS} FROM ${rows} ORDER BY n.updated_at DESC, n.id DESC LIMIT ${limit}`;
}

/** How many are in a box: entries of an index alone. */
export async function countInbox(db: Db, criteria: InboxCriteria): Promise<number> {
  const [row] = await db.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) FROM notification n
    WHERE ${matching(criteria)} AND n.kind = ANY(${[...(criteria.kinds ?? KINDS)]})`;
  return Number(row?.count ?? 0);
}
