import { groupStream } from '@souk/runtime/events';
import { announceLocks } from '@souk/runtime/persistence';
import {
  createSearchIndex,
  type KeptWords,
  pageOfCommonWords,
  searchQueryOf,
} from '@souk/runtime/search';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Group, GroupVisibility, JoinPolicy } from '../domain/group.ts';
import type { GroupSettings } from '../domain/group-changes.ts';
import type { Db } from './client.ts';

/** A group, and the head of its event stream at the same moment. */
export interface StoredGroup extends Group {
  headSequence: number;
}

export interface GroupStore {
  /** Locked until the transaction ends: changes of one group's members come one after the other. */
  lock(id: string): Promise<StoredGroup | null>;
  findMany(ids: readonly string[]): Promise<StoredGroup[]>;
  findManyBySlug(slugs: readonly string[]): Promise<StoredGroup[]>;
  /** False when the slug is taken; nothing is stored then. */
  insert(group: Group): Promise<boolean>;
  /** Stores new settings under the next version. */
  update(id: string, changes: Partial<GroupSettings>): Promise<void>;
  /** Archives it, with the next version. */
  archive(id: string, at: Date): Promise<void>;
  addMembers(id: string, count: number): Promise<void>;
  /** Public groups, newest first, older than `before`. */
  directory(
    query: string | null,
    page: { before: string | null; limit: number },
  ): Promise<StoredGroup[]>;
  countDirectory(query: string | null): Promise<number>;
  /** The words by which they are found. */
  readonly words: KeptWords;
}

type GroupRow = Omit<StoredGroup, 'headSequence' | 'visibility' | 'joinPolicy'> & {
  visibility: string;
  joinPolicy: string;
  headSequence: bigint;
};

/** One statement sees one snapshot: a group and its head never disagree. */
const groupFrom = (groups: Prisma.Sql) => Prisma.sql`
  SELECT g.id, g.slug, g.name, g.description,
    g.avatar_media_id AS "avatarMediaId", g.rules, g.visibility,
    g.join_policy AS "joinPolicy", g.member_count AS "memberCount", g.seat_limit AS "seatLimit", g.version,
    g.created_at AS "createdAt", g.archived_at AS "archivedAt",
    coalesce(e.sequence, 0) AS "headSequence"
  FROM ${groups} g LEFT JOIN event_stream e ON e.stream = ${groupStream.prefix}::text || g.id`;

const inDirectory = (query: string | null) => {
  // A query without words is NULL to PostgreSQL, and matches nothing.
  const found =
    query === null ? Prisma.empty : Prisma.sql`AND g.search @@ ${searchQueryOf(query)}::tsquery`;
  return Prisma.sql`g.visibility = 'PUBLIC' AND g.archived_at IS NULL ${found}`;
};

/** Whether a group `f` of the directory has the words of a query. */
const hasWords = (query: string) => Prisma.sql`f.visibility = 'PUBLIC' AND f.archived_at IS NULL
  AND f.search @@ ${searchQueryOf(query)}::tsquery`;

export const createGroupStore = (db: Db): GroupStore => {
  const read = async (condition: Prisma.Sql, from = Prisma.sql`community`) => {
    const rows = await db.$queryRaw<GroupRow[]>`${groupFrom(from)} WHERE ${condition}`;
    return rows.map(groupOfRow);
  };
  const index = createSearchIndex<Pick<Group, 'id' | 'name' | 'slug' | 'description'>>(db, {
    table: 'community',
    indexed: `visibility = 'PUBLIC' AND archived_at IS NULL`,
    columns: 'id, name, slug, description',
    textsOf: ({ name, slug, description }) => [
      [name, 'A'],
      [slug, 'A'],
      [description, 'B'],
    ],
  });
  return {
    words: index.words,
    lock: async (id) => {
      announceLocks(db, id);
      return (await read(Prisma.sql`g.id = ${id} FOR UPDATE OF g`))[0] ?? null;
    },
    findMany: (ids) => read(Prisma.sql`g.id = ANY(${[...ids]})`),
    findManyBySlug: (slugs) => read(Prisma.sql`g.slug = ANY(${[...slugs]})`),
    insert: async ({ archivedAt: _, ...group }) => {
      const { count } = await db.community.createMany({ data: [group], skipDuplicates: true });
      if (count === 1) await index.write([group]);
      return count === 1;
    },
    update: async (id, changes) => {
      const changed = await db.community.update({
        where: { id },
        data: { ...changes, version: { increment: 1 } },
        select: { id: true, name: true, slug: true, description: true },
      });
      await index.write([changed]);
    },
    archive: async (id, archivedAt) => {
      await db.community.update({ where: { id }, data: { archivedAt, version: { increment: 1 } } });
    },
    addMembers: async (id, count) => {
      await db.community.update({ where: { id }, data: { memberCount: { increment: count } } });
    },
    directory: async (query, { before, limit }) => {
      const from = before === null ? Prisma.empty : Prisma.sql`AND g.id < ${before}`;
      const page = Prisma.sql`${from} ORDER BY g.id DESC LIMIT ${limit}`;
      if (query === null) return read(Prisma.sql`${inDirectory(query)} ${page}`);
      if (!(await index.matchesFew(searchQueryOf(query)))) {
        const behind = before === null ? Prisma.empty : Prisma.sql`AND o.id < ${before}`;
        const common = pageOfCommonWords(Prisma.sql, {
          table: Prisma.sql`community`,
          isListed: Prisma.sql`o.visibility = 'PUBLIC' AND o.archived_at IS NULL ${behind}`,
          isMeant: hasWords(query),
          limit,
        });
        return read(
          Prisma.sql`true ORDER BY g.id DESC`,
          Prisma.sql`(SELECT * FROM ${common} o ORDER BY o.id DESC LIMIT ${limit})`,
        );
      }
      // A few are found before they are sorted (OFFSET 0 enforces that); otherwise the planner would walk
      // through the whole directory in order, hoping to find enough of them soon.
      const found = Prisma.sql`(SELECT * FROM
        (SELECT * FROM community g WHERE ${inDirectory(query)} OFFSET 0) g WHERE true ${page})`;
      return read(Prisma.sql`true ORDER BY g.id DESC`, found);
    },
    countDirectory: async (query) => {
      const [row] = await db.$queryRaw<{ count: bigint }[]>`
        SELECT count(*) FROM community g WHERE ${inDirectory(query)}`;
      return Number(row?.count ?? 0);
    },
  };
};

const groupOfRow = (row: GroupRow): StoredGroup => ({
  ...row,
  visibility: row.visibility as GroupVisibility,
  joinPolicy: row.joinPolicy as JoinPolicy,
  headSequence: Number(row.headSequence),
});
