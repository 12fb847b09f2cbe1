import { keyOf, searchQueryOf, termQueriesOf } from '@souk/runtime/search';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Db } from './client.ts';
import { saidAfter } from './room-rows.ts';

/** A room, and the position in its stream up to which it is not searched. */
export interface SearchedRoom {
  id: string;
  hiddenUpTo: number;
}

/** The messages to search for; a missing condition matches all. */
export interface MessageQuery {
  text: string;
  /** In rooms that they may read. */
  rooms: readonly SearchedRoom[];
  authorIds: readonly string[] | null;
  since: Date | null;
  until: Date | null;
  /** True for those with a file, false for those without. */
  hasAttachment: boolean | null;
  /** Only with this entity shown with them. */
  entityId: string | null;
  /** Only in the thread of this message. */
  rootId: string | null;
}

/** What is looked through of a room: parts of its stream, as numbered by the function `words_in_part` of the database. */
export interface Stretch {
  room_id: string;
  hidden: number;
  /** Its newest message before the page's place. */
  newest: string;
  high: number;
  low: number;
  /** The page's place: only messages before it are wanted. */
  before: string;
}

/** Places of a room's stream in a part, as a power of two; `words_in_part` has the same. */
const PART_BITS = 12;
/**
 * Ids are made before their messages are posted, so the order of a room's ids differs from that of its stream a little: by
 * this many messages at most.
 */
export const OUT_OF_ORDER = 64;
/** How many messages with the rarest thing that is searched for are looked at for a page, until a part is done with. */
const LOOKED_AT = 4_096;
/** How many parts are looked into for a page: four million places of a single room. */
const PARTS = 1_024;
/** Of each room, when there are many. */
const AT_LEAST = { lookedAt: 256, parts: 4 };
/**
 * The number of newest messages that are looked through before any part: where they fill the page, no part is read, as a
 * part is read for everything in it that has a common word.
 */
const NEWEST = 1_024;
/** The number of newest messages by which it is decided what is rare. */
const SAMPLE = 128;
const SAMPLED_ROOMS = 8;
/** Later than any id. */
const END = 'msg_~';
/** Stands for the part in the query of a driver; no word or id contains it. */
const PART = '#';

/** Reads rooms part by part, from the newest. */
export interface SearchedParts {
  /** What is to be looked through, rooms with the newest messages first. */
  stretches(between: { before: string | null; from: string | null }): Promise<Stretch[]>;
  /** What is looked up in the index of each part, as the rarest of what is searched for; the rest is checked at each message. */
  driver(stretches: readonly Stretch[]): Promise<string>;
  /**
   * Looks through rooms until each has more than `most`, or its share is used up. `unseen` is of those alone of which what
   * was not looked at may come before what was found.
   */
  walk(
    stretches: readonly Stretch[],
    how: { driver: string; share: number; most: number },
  ): Promise<{ ids: string[]; unseen: string[] }>;
}

/** Null where a text has no words: then nothing is found. */
export function createSearchedParts(db: Db, query: MessageQuery): SearchedParts | null {
  const words = searchQueryOf(query.text);
  if (words === null) return null;
  const choices = choicesOf(query);
  const matches = matchOf(query, words);
  return {
    stretches: async ({ before, from }) => {
      const rooms = query.rooms.map(({ id, hiddenUpTo }) => ({ id, hidden: hiddenUpTo }));
      const place = before ?? END;
      const rows = await db.$queryRaw<
        { room_id: string; hidden: bigint; newest: string; high: bigint; low: bigint | null }[]
      >`
        SELECT w.id AS room_id, w.hidden, newest.id AS newest, newest.high, ${
          from === null
            ? Prisma.sql`w.hidden + 1`
            : Prisma.sql`(SELECT min(f.event_sequence) FROM (SELECT m.event_sequence FROM message m
              WHERE m.room_id = w.id AND m.id >= ${from} ORDER BY m.id LIMIT ${OUT_OF_ORDER}) f)`
        } AS low
        FROM jsonb_to_recordset(${JSON.stringify(rooms)}::jsonb) AS w (id text, hidden bigint)
        CROSS JOIN LATERAL (SELECT max(n.id) AS id, max(n.event_sequence) AS high FROM (
          SELECT m.id, m.event_sequence FROM message m
          WHERE m.room_id = w.id AND m.id < ${place} ORDER BY m.id DESC LIMIT ${OUT_OF_ORDER}) n) newest
        WHERE newest.high > w.hidden ORDER BY newest.id DESC`;
      return rows.flatMap(({ low, high, hidden, ...row }) =>
        low === null || low > high
          ? []
          : {
              ...{ ...row, hidden: Number(hidden), before: place },
              ...{ high: partOf(high), low: partOf(low) },
            },
      );
    },
    driver: async (stretches) => {
      const [only] = choices;
      if (only && choices.length === 1) return only.inPart;
      const rooms = stretches
        .slice(0, SAMPLED_ROOMS)
        .map(({ room_id, before }) => ({ room_id, before }));
      const sampled = Math.ceil(SAMPLE / Math.max(1, rooms.length));
      const [row] = await db.$queryRaw<{ counts: bigint[] }[]>`
        SELECT ARRAY[${Prisma.join(choices.map(({ has }) => Prisma.sql`count(*) FILTER (WHERE ${has})`))}] AS counts
        FROM jsonb_to_recordset(${JSON.stringify(rooms)}::jsonb) AS w (room_id text, before text)
        CROSS JOIN LATERAL (${newestOf(Prisma.sql`w`, sampled)}) n CROSS JOIN LATERAL (${messageOf}) m`;
      const ranked = choices.map(({ inPart }, index) => ({
        inPart,
        count: Number(row?.counts[index] ?? 0),
      }));
      // Of two that nobody says lately, the longer is the rarer by far as a rule.
      ranked.sort((a, b) => a.count - b.count || b.inPart.length - a.inPart.length);
      return ranked[0]?.inPart ?? '';
    },
    walk: async (stretches, { driver, share, most }) => {
      const lookedAt = shareOf(LOOKED_AT, share, AT_LEAST.lookedAt);
      const parts = shareOf(PARTS, share, AT_LEAST.parts);
      const newest = Math.ceil(NEWEST / stretches.length);
      const rows = await db.$queryRaw<{ ids: string[]; unseen: string | null }[]>`
        SELECT walked.ids, unseen.id AS unseen
        FROM jsonb_to_recordset(${JSON.stringify(stretches)}::jsonb)
          AS s (room_id text, hidden bigint, high bigint, low bigint, before text)
        CROSS JOIN LATERAL (
          WITH RECURSIVE walk AS (
            SELECT s.high + 1 AS part, 0 AS looked, CASE WHEN newest.are_enough THEN ${most}::int + 1 ELSE 0 END AS found,
              CASE WHEN newest.are_enough THEN newest.ids ELSE '{}'::text[] END AS ids
            FROM (SELECT cardinality(n.ids) > ${most}::int AS are_enough, n.ids FROM (SELECT ARRAY(
              SELECT n.id FROM (${newestOf(Prisma.sql`s`, newest)}) n CROSS JOIN LATERAL (${messageOf}) m
              WHERE ${matches} ORDER BY n.id DESC LIMIT ${most + 1}) AS ids OFFSET 0) n) newest
            UNION ALL
            SELECT walk.part - 1, walk.looked + step.looked, walk.found + step.found, step.ids
            FROM walk CROSS JOIN LATERAL (
              SELECT count(*) FILTER (WHERE c.id < s.before)::int AS looked, count(*) FILTER (WHERE c.is_wanted)::int AS found,
                (array_agg(c.id ORDER BY c.id DESC) FILTER (WHERE c.is_wanted))[1:${most + 1}::int] AS ids
              FROM (
                SELECT m.id, m.room_id = s.room_id AND m.id < s.before AND ${matches} AS is_wanted
                FROM message m
                WHERE words_in_part(m.search, m.author_id, m.thread_root_id, m.room_id, m.event_sequence)
                  @@ replace(${driver}, ${PART}, right(s.room_id, 8) || ':' || (walk.part - 1)::text || ':')::tsquery
                  AND m.search IS NOT NULL
                OFFSET 0
              ) c
            ) step
            WHERE walk.part > s.low AND walk.found <= ${most} AND walk.looked < ${lookedAt}::int
              AND s.high + 1 - walk.part < ${parts}::int
          )
          SELECT min(part) AS lowest, ARRAY(SELECT unnest(ids) FROM walk) AS ids FROM walk
        ) walked
        LEFT JOIN LATERAL (
          SELECT max(n.id) FILTER (WHERE n.event_sequence < walked.lowest << ${PART_BITS}) AS id
          FROM (
            SELECT m.id FROM message m
            WHERE walked.lowest > s.low AND walked.lowest <= s.high
              AND m.room_id = s.room_id AND m.event_sequence < walked.lowest << ${PART_BITS} AND m.id < s.before
            ORDER BY m.event_sequence DESC LIMIT 1
          ) last CROSS JOIN LATERAL (
            SELECT m.id, m.event_sequence FROM message m
            WHERE m.room_id = s.room_id AND m.id >= last.id AND m.id < s.before
            ORDER BY m.id LIMIT ${OUT_OF_ORDER}
          ) n
        ) unseen ON true`;
      return {
        ids: rows.flatMap(({ ids }) => ids),
        unseen: rows.flatMap(({ unseen }) => unseen ?? []),
      };
    },
  };
}

/**
 * Ids of a room's newest messages before a place, from an index of rooms and ids alone. If it had to give the messages
 * too, PostgreSQL would walk along the primary key where rooms are few, past all that was said in other rooms since.
 */
const newestOf = (of: Prisma.Sql, limit: number) => Prisma.sql`
  SELECT m.id FROM message m WHERE m.room_id = ${of}.room_id AND m.id < ${of}.before
  ORDER BY m.id DESC LIMIT ${limit}`;

/** The message of an id `n`, looked up for each. */
const messageOf = Prisma.sql`SELECT * FROM message m WHERE m.id = n.id LIMIT 1`;

/** The largest number that PostgreSQL takes as an `int`: no room has as much. */
const ALL = 2 ** 31 - 1;

const shareOf = (whole: number, share: number, atLeast: number): number =>
  Math.min(ALL, Math.max(atLeast, Math.floor(whole / share)));

const partOf = (place: bigint): number => Math.floor(Number(place) / 2 ** PART_BITS);

/** One of the things that are searched for: in the index of a part, and at a message `m`. */
interface Choice {
  inPart: string;
  has: Prisma.Sql;
}

function choicesOf({ text, authorIds, rootId }: MessageQuery): Choice[] {
  const terms = termQueriesOf(text);
  const choices = termQueriesOf(text, PART).map((inPart, index) => ({
    inPart,
    has: Prisma.sql`m.search @@ ${terms[index]}::tsquery`,
  }));
  if (authorIds && authorIds.length > 0) {
    choices.push({
      inPart: authorIds.map((id) => keyOf(`${PART}@${id}`)).join(' | '),
      has: writtenBy(authorIds),
    });
  }
  if (rootId !== null) choices.push({ inPart: keyOf(`${PART}~${rootId}`), has: inThread(rootId) });
  return choices;
}

const writtenBy = (ids: readonly string[]) => Prisma.sql`m.author_id = ANY(${[...ids]}::text[])`;

const inThread = (rootId: string) => Prisma.sql`m.thread_root_id = ${rootId}`;

/** Whether a message `m` of a stretch `s` is searched for. */
function matchOf(query: MessageQuery, words: string): Prisma.Sql {
  const { authorIds, since, until, hasAttachment, entityId, rootId } = query;
  const conditions = [
    Prisma.sql`m.search @@ ${words}::tsquery`,
    ...(authorIds ? [writtenBy(authorIds)] : []),
    ...(since ? [Prisma.sql`m.sent_at >= ${since}`] : []),
    ...(until ? [Prisma.sql`m.sent_at < ${until}`] : []),
    ...(rootId === null ? [] : [inThread(rootId)]),
    ...(hasAttachment === null
      ? []
      : [
          Prisma.sql`EXISTS (SELECT 1 FROM message_attachment a WHERE a.message_id = m.id) = ${hasAttachment}`,
        ]),
    ...(entityId === null
      ? []
      : [
          Prisma.sql`EXISTS (SELECT 1 FROM message_embed e WHERE e.message_id = m.id AND e.entity_id = ${entityId})`,
        ]),
    // Asked only where there is something to hide.
    ...(query.rooms.some(({ hiddenUpTo }) => hiddenUpTo > 0)
      ? [saidAfter(Prisma.sql`s.hidden`)]
      : []),
  ];
  return Prisma.join(conditions, ' AND ');
}
