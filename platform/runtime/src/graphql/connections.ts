import { badInput } from '../domain/errors/common-errors.ts';
import type { SignedCursors } from '../domain/signed-cursors.ts';

/** The largest page: no client needs more rows at once, and all clients pay for large pages. */
export const MAX_PAGE_SIZE = 100;
/**
 * The page size of a list when the request does not give one: it is the default of every `first` in the
 * graph, and null means the same. Two nested lists then have at most 400 rows, which fits the gateway's limit
 * on cost.
 */
export const DEFAULT_PAGE_SIZE = 20;

export interface PageArguments {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
}

/** A checked request for one page, in the order of the list. */
export interface Page<Position> {
  /** Rows wanted; a store reads one more, to know whether there are others after them. */
  limit: number;
  /** `backward` reads from the end (or from `before`) towards the start. */
  direction: 'forward' | 'backward';
  /** The position just before the page (just after it, when reading backward), or null. */
  from: Position | null;
  /** Where the page ends at the latest, excluding that position: the cursor on the other side, or null. */
  until: Position | null;
}

/**
 * Checks paging arguments against Relay's rules and the page limit: `first` goes with `after` and `last` with
 * `before`, and the cursor of the other side limits the page too. `purpose` binds cursors to this list in
 * this order; `Position` is what `connectionOf` put into them.
 */
export function pageOf<Position>(
  { first, after, last, before }: PageArguments,
  { cursors, purpose }: { cursors: SignedCursors; purpose: string },
): Page<Position> {
  // Relay discourages using both together, since it is ambiguous which end of the page they mean.
  if (first != null && last != null) throw badInput('Give `first` or `last`, not both.', ['first']);
  const backward = last != null || (before != null && first == null && after == null);
  const name = backward ? 'last' : 'first';
  const limit = (backward ? last : first) ?? DEFAULT_PAGE_SIZE;
  if (limit < 0 || limit > MAX_PAGE_SIZE) {
    throw badInput(`\`${name}\` must be from 0 to ${MAX_PAGE_SIZE}.`, [name]);
  }
  const opened = (cursor: string | null | undefined, argument: string) =>
    cursor == null ? null : (cursors.verify(purpose, cursor, [argument]) as Position);
  const start = opened(after, 'after');
  const end = opened(before, 'before');
  return {
    limit,
    ...(backward
      ? { direction: 'backward', from: end, until: start }
      : { direction: 'forward', from: start, until: end }),
  };
}

export interface Connection<Node> {
  edges: { cursor: string; node: Node }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

/**
 * A connection made from the rows that a store read for a page: at most `limit + 1`, in reading order
 * (backward pages start from the end and are reversed here).
 */
export function connectionOf<Node, Position>(
  rows: readonly Node[],
  page: Page<Position>,
  {
    cursors,
    purpose,
    positionOf,
    goesOnAt = null,
  }: {
    cursors: SignedCursors;
    purpose: string;
    positionOf: (node: Node) => Position;
    /** Where a page goes on that a search ended early, behind all its rows; null for one that has all it was to have. */
    goesOnAt?: Position | null;
  },
): Connection<Node> {
  const hasMore = rows.length > page.limit;
  const kept = rows.slice(0, page.limit);
  if (page.direction === 'backward') kept.reverse();
  const edges = kept.map((node) => ({ cursor: cursors.sign(purpose, positionOf(node)), node }));
  const forward = page.direction === 'forward';
  return {
    edges,
    pageInfo: {
      hasNextPage: forward
        ? hasMore || goesOnAt !== null || page.until !== null
        : page.from !== null,
      hasPreviousPage: forward ? page.from !== null : hasMore || page.until !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor:
        goesOnAt === null ? (edges.at(-1)?.cursor ?? null) : cursors.sign(purpose, goesOnAt),
    },
  };
}
