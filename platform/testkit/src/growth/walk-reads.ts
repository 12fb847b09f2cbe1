import type { Viewer } from '@souk/runtime/domain';
import { databasePool } from '@souk/runtime/persistence';
import { openClient } from '@souk/runtime/postgres';
import { insist } from '../insist.ts';
import type { StartedSubgraph } from '../start-subgraph.ts';
import { costOfRead, type ReadCost } from './cost-of-read.ts';
import { GROWTH } from './grown.ts';
import { PAGE, type Read, readsOfSchema, type Sample } from './reads-of-schema.ts';
import { recordStatements } from './record-statements.ts';
import { type Allowed, createSaidOfStatements } from './said-of-statements.ts';

/** The cost of one statement of a read. */
export interface CostOfRead extends ReadCost {
  readonly read: string;
}

export interface Walk {
  /** Reads of the graph that were made. */
  readonly reads: readonly string[];
  readonly statements: number;
  /** Statements, of those explained, that read more than what they give can account for. */
  readonly overreads: readonly CostOfRead[];
  /** The statement that touched the most pages for each row it gave. */
  readonly worst: CostOfRead | null;
  /** What the sample says of no statement that was sent, or of several. */
  readonly wrongSaid: readonly string[];
}

/** Pages that any statement may touch: the upper levels of indexes, settings, a snapshot. */
const FREE_PAGES = 48;
/** A row by an index is two or three levels of it and the row itself, and the same for what it joins. */
const PAGES_PER_ROW = 8;
/** What is looked for by each value of a list begins a walk of its own down an index, which has four levels from a million rows on. */
const PAGES_PER_VALUE = 4;
/** Counting many walks along an index, which has a hundred entries and more on a page. */
const COUNTED_PER_PAGE = 10;
/** Rows that a count may look up one by one, to see whether they count. */
const LOOKED_UP = 100;

/**
 * How often a statement that one read sends again and again, with other parameters, is explained: the first times.
 * What it costs for one of them it costs for the others, as long as the sample's things are of a size.
 */
const EXPLAINED_PER_TEXT = 5;
/** In so many reads; what still more of them send, such as looking up a name by its id, is explained once in each. */
const READS_PER_TEXT = 3;
/** Beyond so many reads it is one that looks up by an id what every list shows: explained in all of them before a release. */
const READS_WITH_TEXT = GROWTH.report ? Number.POSITIVE_INFINITY : 10;

/** Whether a statement touched more than what it gives, and what it is allowed besides, can account for. */
export function isOverread(
  cost: ReadCost,
  { pagesPerRow = PAGES_PER_ROW, pagesPerFound = 0, bound }: Allowed = {},
): boolean {
  const { pages, rows, isCount, found, fetched, looked, values } = cost;
  // In a small table those that are counted lie on few pages; that they are fetched one by one is seen all the same.
  if (isCount && fetched > LOOKED_UP + (bound ?? 0)) return true;
  // The tables of the suite have fewer pages than many a bound has: that one is read whole is seen by its rows.
  const given = (isCount ? rows : rows * pagesPerRow) + found * (1 + pagesPerFound) + values;
  if (bound !== undefined && looked > LOOKED_UP + bound + given) return true;
  return (
    pages >
    FREE_PAGES +
      (bound ?? 0) +
      found * (1 + pagesPerFound) +
      values * PAGES_PER_VALUE +
      (isCount
        ? Math.min(rows, LOOKED_UP) * pagesPerRow + rows / COUNTED_PER_PAGE
        : rows * pagesPerRow)
  );
}

/** The number of pages of a hundred between a page near the first one and one far from it. */
const DEEP_PAGES = 3;

/**
 * Whether what was passed over on the way to a page is looked at again: it is to be found by its place. Other things stand
 * further in, of which a statement with a bound may look at more, up to that.
 */
export const growsWithDepth = (
  near: ReadCost,
  far: ReadCost,
  { between, bound = 0 }: { between: number; bound?: number },
): boolean => passedOver(far) - passedOver(near) > between / 2 + bound;

/**
 * Other things stand on another page, of each of which something may be counted: what was counted was not passed over. A
 * page that counts something beside what it gives may have larger numbers than that in its rows.
 */
const passedOver = ({ looked, rows, isCount }: ReadCost): number =>
  isCount ? looked - Math.min(rows, looked) : looked;

/**
 * Makes every read that the schema offers, first pages and later ones, and asks PostgreSQL of each
 * statement that was sent how much it touched for what it gave.
 */
export async function walkReads(
  graph: StartedSubgraph,
  sample: Sample,
  viewer: Viewer,
): Promise<Walk> {
  // Planned for as in a process.
  const client = openClient(databasePool(graph.databaseUrl));
  await client.connect();
  const reads: string[] = [];
  const overreads: CostOfRead[] = [];
  let worst: CostOfRead | null = null;
  let statements = 0;
  const readsWith = new Map<string, number>();
  const said = createSaidOfStatements(sample);
  /** Not every argument goes with a cursor: a later page that is refused is none. */
  const make = async (read: Read, { mayBeRefused = true } = {}) => {
    reads.push(read.name);
    let data: unknown = null;
    const looked = new Map<string, ReadCost>();
    const sent = await recordStatements(async () => {
      // Again, as clients do, what a busy machine has no connection free for.
      const answer = await insist(() => graph.execute(read.query, read.variables, viewer));
      const [error] = answer.errors ?? [];
      // What is requested of one entity may not exist for another.
      if (error && !mayBeRefused && !isRead(answer.data))
        throw new Error(`${read.name}: ${error.message}`);
      data = answer.data;
    });
    const explained = new Map<string, number>();
    for (const statement of sent) {
      if (!/^\s*(SELECT|WITH)\b/i.test(statement.text)) continue;
      statements += 1;
      const before = explained.get(statement.text) ?? 0;
      explained.set(statement.text, before + 1);
      const readsBefore = readsWith.get(statement.text) ?? 0;
      if (before === 0) readsWith.set(statement.text, readsBefore + 1);
      if (readsBefore > READS_WITH_TEXT) continue;
      if (before >= (readsBefore <= READS_PER_TEXT ? EXPLAINED_PER_TEXT : 1)) continue;
      const cost = { ...(await costOfRead(client, statement)), read: read.name };
      const { mostFound = Number.POSITIVE_INFINITY } = sample;
      const isWhole = !cost.isCount && cost.found > mostFound;
      if (isWhole || isOverread(cost, said.allowedTo(statement))) overreads.push(cost);
      if (!looked.has(cost.statement.text)) looked.set(cost.statement.text, cost);
      if (worst === null || pagesPerRow(cost) > pagesPerRow(worst)) worst = cost;
    }
    return { name: read.name, data, looked };
  };
  /** A page far behind the first, beside one right behind it: where the list is so long. */
  const goDeep = async (
    { with: readWith, placesOnly }: NonNullable<Read['connection']>,
    { size, cursor }: { size: string; cursor: string },
    place: Place,
  ) => {
    let at = place.cursor;
    const near = await make(readWith({ [size]: PAGE, [cursor]: place.cursor }, place.entity));
    for (let page = 0; page < DEEP_PAGES; page += 1) {
      const { query, variables } = placesOnly({ [size]: 100, [cursor]: at }, place.entity);
      const { data } = await graph.execute(query, variables, viewer);
      const { edges, pageInfo } = pageIn(data as Answered | null) ?? {};
      if (!edges?.length || !pageInfo?.hasNextPage || !pageInfo.endCursor) return;
      at = pageInfo.endCursor;
    }
    const far = await make(readWith({ [size]: PAGE, [cursor]: at }, place.entity));
    for (const [text, cost] of far.looked) {
      const before = near.looked.get(text);
      const depth = { between: DEEP_PAGES * 100, bound: said.allowedTo(cost.statement).bound ?? 0 };
      if (before && growsWithDepth(before, cost, depth)) {
        overreads.push({ ...cost, read: `${far.name}, ${DEEP_PAGES * 100} rows further in` });
      }
    }
  };
  try {
    for (const read of readsOfSchema(graph.subgraph.schema, sample)) {
      const { data } = await make(read, { mayBeRefused: false });
      const { connection } = read;
      if (!connection) continue;
      const place = placeInside(data);
      for (const { size, cursor } of connection.pages) {
        if (size !== 'first') await make(connection.with({ [size]: PAGE }));
        if (!place) continue;
        // Some requests for each list: where a test was asked for more than the suite does.
        if (size === 'first' && GROWTH.report) await goDeep(connection, { size, cursor }, place);
        else await make(connection.with({ [size]: PAGE, [cursor]: place.cursor }, place.entity));
      }
    }
  } finally {
    await client.end();
  }
  return { reads, statements, overreads, worst, wrongSaid: said.wrong() };
}

const pagesPerRow = ({ pages, rows }: ReadCost): number => pages / Math.max(rows, 1);

const isRead = (data: unknown): boolean => {
  const { read, _entities } = (data ?? {}) as Answered;
  return (_entities ?? [{ read }]).some((one) => one?.read);
};

interface Edges {
  readonly edges?: readonly { readonly cursor: string }[];
  readonly pageInfo?: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface Place {
  readonly cursor: string;
  readonly entity: number | undefined;
}

interface Answered {
  readonly read?: Edges;
  readonly _entities?: readonly ({ readonly read?: Edges } | null)[];
}

/** A cursor out of the middle of the first connection that has any. */
function placeInside(data: unknown): Place | null {
  const { read, _entities } = data as Answered;
  const isRoot = _entities === undefined;
  for (const [index, edges] of (_entities ?? [{ read }]).map((one) => one?.read?.edges).entries()) {
    const edge = edges?.[Math.floor(edges.length / 2)];
    if (edge) return { cursor: edge.cursor, entity: isRoot ? undefined : index };
  }
  return null;
}

const pageIn = (data: Answered | null): Edges | undefined =>
  data?.read ?? data?._entities?.[0]?.read;

/** What is wrong, in words: each statement once. */
export function describeOverreads(overreads: readonly CostOfRead[]): string {
  const worst = new Map<string, CostOfRead>();
  for (const overread of overreads) {
    const known = worst.get(overread.statement.text);
    if (!known || known.pages < overread.pages) worst.set(overread.statement.text, overread);
  }
  return [...worst.values()]
    .map(
      ({ read, pages, rows, plan, statement }) =>
        `${read}: ${pages} pages for ${rows} rows\n${statement.text.trim()}\n${plan}`,
    )
    .join('\n\n');
}
