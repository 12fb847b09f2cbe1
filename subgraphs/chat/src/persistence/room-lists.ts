import type { Page } from '@souk/runtime/graphql';
import { pageOfCommonWords, searchQueryOf } from '@souk/runtime/search';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Room, RoomKind } from '../domain/room.ts';
import type { Db } from './client.ts';
import { unreadMentions } from './mention-store.ts';
import { pageRow } from './page-rows.ts';
import { roomIndex } from './room-index.ts';
import {
  joinsOf,
  NEWEST_TALK,
  ROOM_COLUMNS,
  type RoomRow,
  roomFromRow,
  UNREAD,
  VISIBLE,
} from './room-rows.ts';

/** A room's position in a list: when something was last posted in it (ISO time), then its id. */
export type RoomPosition = [at: string, id: string];

export interface ListedRoom extends Room {
  position: RoomPosition;
}

export interface OwnRooms {
  viewerId: string;
  kinds: readonly RoomKind[] | null;
  unreadOnly: boolean;
  starredOnly: boolean;
  /** Those that they are in, or those into which a stranger asked them. */
  membership: 'JOINED' | 'REQUESTED';
}

export interface UnreadTotals {
  rooms: number;
  messages: number;
  mentions: number;
}

export interface GroupRoomsRequest {
  groupId: string;
  limit: number;
  from: RoomPosition | null;
}

/**
 * Lists of rooms, those with the newest message first. Pages contain one row more than wanted when there are
 * more.
 */
export interface RoomLists {
  own(of: OwnRooms, page: Page<RoomPosition>): Promise<ListedRoom[]>;
  countOwn(of: OwnRooms): Promise<number>;
  /** Everything unread in somebody's rooms. */
  unreadOf(viewerId: string): Promise<UnreadTotals>;
  public(
    text: string | null,
    viewerId: string | null,
    page: Page<RoomPosition>,
  ): Promise<ListedRoom[]>;
  countPublic(text: string | null): Promise<number>;
  /** The rooms of many groups at once, as far as the viewer may see them. */
  ofGroups(
    requests: readonly GroupRoomsRequest[],
    viewerId: string | null,
  ): Promise<(ListedRoom & { request: number })[]>;
  countOfGroups(groupIds: readonly string[], viewerId: string | null): Promise<Map<string, number>>;
}

type ListedRow = RoomRow & { listed_at: Date; request?: number };

export const createRoomLists = (db: Db): RoomLists => ({
  own: async (of, page) => {
    // All that shows a room is read for those of the page alone.
    const rows = await db.$queryRaw<ListedRow[]>`
      SELECT ${ROOM_COLUMNS}, ${NEWEST_TALK} AS listed_at FROM (
        SELECT r.* FROM ${placesOf(of)} CROSS JOIN LATERAL (
          SELECT * FROM room r WHERE r.id = p.room_id AND ${ownRooms(of)} LIMIT 1) r
        WHERE ${after(page.from)} ${newestFirst(page.limit + 1)}
      ) r ${joinsOf(of.viewerId)} ${newestFirst(page.limit + 1)}`;
    return rows.map(listedFromRow);
  },
  countOwn: async (of) =>
    // Each of the viewer's rooms is looked up: a join would read all rooms when the planner's estimate is
    // wrong.
    countOf(
      await db.$queryRaw`
        SELECT count(*) FROM ${placesOf(of)} CROSS JOIN LATERAL (
          SELECT 1 FROM room r WHERE r.id = p.room_id AND ${ownRooms(of)} LIMIT 1) found`,
    ),
  unreadOf: async (viewerId) => {
    const [row] = await db.$queryRaw<{ rooms: bigint; messages: bigint; mentions: bigint }[]>`
      SELECT count(*) AS rooms, coalesce(sum(found.unread), 0) AS messages,
        coalesce(sum(found.mentions), 0) AS mentions
      FROM participant p CROSS JOIN LATERAL (
        SELECT ${UNREAD} AS unread, ${unreadMentions} AS mentions
        FROM room r
        WHERE r.id = p.room_id AND r.archived_at IS NULL
          AND ${UNREAD} > 0 LIMIT 1) found
      WHERE p.user_id = ${viewerId}`;
    return {
      rooms: Number(row?.rooms ?? 0),
      messages: Number(row?.messages ?? 0),
      mentions: Number(row?.mentions ?? 0),
    };
  },
  public: async (text, viewerId, page) => {
    const few = text === null || (await roomIndex(db).matchesFew(searchQueryOf(text)));
    const found = few ? publicRoomsFound(text) : publicRoomsMet(text, page);
    const rows = await db.$queryRaw<ListedRow[]>`
      SELECT ${ROOM_COLUMNS}, ${NEWEST_TALK} AS listed_at
      FROM (
        SELECT * FROM (${found}) r
        WHERE ${after(page.from)} ${newestFirst(page.limit + 1)}
      ) r ${joinsOf(viewerId)}
      ${newestFirst(page.limit + 1)}`;
    return rows.map(listedFromRow);
  },
  // With words it is written so that the directory's own index, which has no words, is not read for it.
  countPublic: async (text) => {
    const counted = text === null ? publicRooms(null) : publicRooms(text, IS_NO_DISCUSSION);
    return countOf(await db.$queryRaw`SELECT count(*) FROM room r WHERE ${counted}`);
  },
  ofGroups: async (requests, viewerId) => {
    const wanted = requests.map(({ groupId, ...page }, request) => ({
      ...pageRow(page, request),
      group_id: groupId,
    }));
    const rows = await db.$queryRaw<ListedRow[]>`
      SELECT w.request, page.* FROM
        jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w
          (request int, group_id text, row_limit int, from_at timestamptz, from_id text),
        LATERAL (
          SELECT ${ROOM_COLUMNS}, ${NEWEST_TALK} AS listed_at FROM room r ${joinsOf(viewerId)}
          WHERE r.group_id = w.group_id AND r.archived_at IS NULL AND ${VISIBLE}
            AND (${NEWEST_TALK}, r.id) < (coalesce(w.from_at, 'infinity'), coalesce(w.from_id, ''))
          ORDER BY ${NEWEST_TALK} DESC, r.id DESC LIMIT w.row_limit
        ) page
      ORDER BY w.request, page.listed_at DESC, page.id DESC`;
    return rows.map((row) => ({ ...listedFromRow(row), request: row.request as number }));
  },
  countOfGroups: async (groupIds, viewerId) => {
    const rows = await db.$queryRaw<{ group_id: string; count: bigint }[]>`
      SELECT r.group_id, count(*) FROM room r ${joinsOf(viewerId)}
      WHERE r.group_id = ANY(${[...groupIds]}::text[]) AND r.archived_at IS NULL AND ${VISIBLE}
      GROUP BY r.group_id`;
    return new Map(rows.map(({ group_id, count }) => [group_id, Number(count)]));
  },
});

/** Each of their rooms once, as `p`, with what they have read of it and whether they starred it. */
const placesOf = ({ viewerId, membership }: OwnRooms) =>
  membership === 'JOINED'
    ? Prisma.sql`(SELECT room_id, read_message_sequence, read_system_count, starred FROM participant
        WHERE user_id = ${viewerId}) p`
    : Prisma.sql`(SELECT room_id, 0 AS read_message_sequence, 0 AS read_system_count, false AS starred FROM room_request
        WHERE user_id = ${viewerId} AND declined_at IS NULL) p`;

const ownRooms = ({ kinds, unreadOnly, starredOnly }: OwnRooms) => Prisma.sql`
  r.archived_at IS NULL
  AND ${kinds ? Prisma.sql`r.kind::text = ANY(${[...kinds]}::text[])` : Prisma.sql`true`}
  AND ${unreadOnly ? Prisma.sql`${UNREAD} > 0` : Prisma.sql`true`}
  AND ${starredOnly ? Prisma.sql`p.starred` : Prisma.sql`true`}`;

const IS_NO_DISCUSSION = Prisma.sql`(r.entity_id IS NULL) IS TRUE`;

/** The discussion of a thing is found at the thing, and has no name by which it would be found here. */
const publicRooms = (text: string | null, isListed = Prisma.sql`r.entity_id IS NULL`) => Prisma.sql`
  r.kind = 'PUBLIC' AND r.archived_at IS NULL AND ${isListed} AND ${
    text === null
      ? Prisma.sql`true`
      : // A query without words is NULL to PostgreSQL, and matches nothing.
        Prisma.sql`r.search @@ ${searchQueryOf(text)}::tsquery`
  }`;

/**
 * A few matching rooms are found before they are sorted (OFFSET 0 enforces that); otherwise the planner would walk
 * through the whole directory in order, hoping to find enough matches soon.
 */
const publicRoomsFound = (text: string | null): Prisma.Sql =>
  text === null
    ? Prisma.sql`SELECT * FROM room r WHERE ${publicRooms(null)}`
    : Prisma.sql`SELECT * FROM room r WHERE ${publicRooms(text)} OFFSET 0`;

/** Those of a page, where many rooms have the words. */
const publicRoomsMet = (text: string, page: Page<RoomPosition>): Prisma.Sql =>
  pageOfCommonWords(Prisma.sql, {
    table: Prisma.sql`room`,
    isListed: Prisma.sql`o.kind = 'PUBLIC' AND o.archived_at IS NULL AND o.entity_id IS NULL
      AND ${after(page.from, Prisma.sql`o`)}`,
    isMeant: Prisma.sql`f.kind = 'PUBLIC' AND f.archived_at IS NULL AND f.search @@ ${searchQueryOf(text)}::tsquery`,
    limit: page.limit + 1,
    orderedBy: [Prisma.sql`coalesce(last_message_at, created_at)`, Prisma.sql`id`],
  });

const after = (from: RoomPosition | null, room = Prisma.sql`r`) =>
  from
    ? Prisma.sql`(coalesce(${room}.last_message_at, ${room}.created_at), ${room}.id) < (${from[0]}::timestamptz, ${from[1]})`
    : Prisma.sql`true`;

const newestFirst = (limit: number) =>
  Prisma.sql`ORDER BY ${NEWEST_TALK} DESC, r.id DESC LIMIT ${limit}`;

const countOf = (rows: unknown) => Number((rows as { count: bigint }[])[0]?.count ?? 0);

const listedFromRow = (row: ListedRow): ListedRoom => ({
  ...roomFromRow(row),
  position: [row.listed_at.toISOString(), row.id],
});
