import { Prisma } from '../__generated__/prisma/client.ts';
import type { Message } from '../domain/message.ts';
import type { Db } from './client.ts';
import { MESSAGE_COLUMNS, type MessageRow, messageFromRow } from './message-rows.ts';
import { HIDDEN, joinsOf, NEWEST_TALK, saidAfter, VISIBLE } from './room-rows.ts';

/** The number of a person's own rooms that are looked through, those with the newest messages first: as many as a search takes. */
const MAX_OWN_ROOMS = 500;

/** From so many on it is not counted how often a thing is shown. */
const MAX_SHARES_COUNTED = 1_000;

/** A page of the messages that show a thing. */
export interface ShowingRequest {
  entityId: string;
  limit: number;
  /** The id of the last one seen. */
  from: string | null;
}

/** Where things of other subgraphs are shown. */
export interface ShownThings {
  /**
   * Messages that show each of these things in rooms that somebody may read now, the newest first; one more than wanted
   * if there are more.
   */
  messages(
    requests: readonly ShowingRequest[],
    viewerId: string,
  ): Promise<(Message & { request: number })[]>;
  /** How many messages of public rooms show each. */
  counts(entityIds: readonly string[]): Promise<Map<string, number>>;
}

export const createShownThings = (db: Db): ShownThings => ({
  // Public rooms are one range of an index for each thing, whoever asks; of the others each of the viewer's own is one.
  // What is shown in rooms of others is not looked at, however much that is. Ids sort by time.
  messages: async (requests, viewerId) => {
    const wanted = requests.map(({ entityId, limit, from }, request) => ({
      ...{ request, entity_id: entityId, row_limit: limit + 1, from_id: from },
    }));
    const further = Prisma.sql`e.message_id < coalesce(w.from_id, '~')`;
    const rows = await db.$queryRaw<(MessageRow & { request: number })[]>`
      WITH own AS MATERIALIZED (
        SELECT r.id AS room_id, ${HIDDEN} AS hidden FROM (
          SELECT room_id FROM participant WHERE user_id = ${viewerId}
          UNION SELECT room_id FROM room_request WHERE user_id = ${viewerId} AND declined_at IS NULL
        ) place JOIN room r ON r.id = place.room_id ${joinsOf(viewerId)}
        WHERE r.kind <> 'PUBLIC' AND ${VISIBLE}
        ORDER BY ${NEWEST_TALK} DESC, r.id DESC LIMIT ${MAX_OWN_ROOMS}
      )
      SELECT w.request, page.* FROM
        jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w
          (request int, entity_id text, row_limit int, from_id text)
        CROSS JOIN LATERAL (
          SELECT ${MESSAGE_COLUMNS} FROM (
            (SELECT e.message_id FROM message_embed e
              WHERE e.entity_id = w.entity_id AND e.is_public AND ${further}
              ORDER BY e.message_id DESC LIMIT w.row_limit)
            UNION ALL
            SELECT said.message_id FROM own CROSS JOIN LATERAL (
              SELECT e.message_id FROM message_embed e JOIN message m ON m.id = e.message_id
              WHERE e.entity_id = w.entity_id AND e.room_id = own.room_id AND ${further}
                AND ${saidAfter(Prisma.sql`own.hidden`)}
              ORDER BY e.message_id DESC LIMIT w.row_limit
            ) said
            ORDER BY message_id DESC LIMIT w.row_limit
          ) found JOIN message m ON m.id = found.message_id
        ) page
      ORDER BY w.request, page.id DESC`;
    return rows.map((row) => ({ ...messageFromRow(row), request: row.request }));
  },
  counts: async (entityIds) => {
    const rows = await db.$queryRaw<{ id: string; count: bigint }[]>`
      SELECT w.id, shown.count FROM unnest(${[...entityIds]}::text[]) AS w (id)
      CROSS JOIN LATERAL (
        SELECT count(*) FROM (
          SELECT 1 FROM message_embed e WHERE e.entity_id = w.id AND e.is_public
          LIMIT ${MAX_SHARES_COUNTED}) each
      ) shown`;
    return new Map(rows.map(({ id, count }) => [id, Number(count)]));
  },
});
