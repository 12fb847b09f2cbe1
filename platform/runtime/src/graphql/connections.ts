import { badInput } from '../domain/errors/common-errors.ts';
import type { SignedCursors } from '../domain/signed-cursors.ts';

/** The largest page: no client needs more rows at once, and everybody pays for them. */
export const MAX_PAGE_SIZE = 100;
/**
 * A page of any list whose request does not say how long it is to be: every `first` of the graph has
 * it for its default, and null means the same. Two lists in each other are then 400 rows at most,
 * which is what a gateway's limit on cost is made for.
 */
export const DEFAULT_PAGE_SIZE = 20;

export interface PageArguments {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
}

/** A checked request for one page, in the order the list has. */
export interface Page<Position> {
  /** Rows wanted; a store reads one more, to know whether there are others behind. */
  limit: number;
  /** `backward` reads from the end (or from `before`) towards the start. */
  direction: 'forward' | 'backward';
  /** Where the row before the page stands (after it, when reading backward), or null. */
  from: Position | null;
  /** Where the page ends at the latest, itself left out: the cursor at its other side, or null. */
  until: Position | null;
}

/**
 * Checks paging arguments against Relay's rules and the page limit: `first` goes with `after` and
 * `last` with `before`, and the cursor of the other side bounds the page too. `purpose` binds
 * cursors to this list in this order; `Position` is what `connectionOf` put into them.
 */
export function pageOf<Position>(
  { first, after, last, before }: PageArguments,
  { cursors, purpose }: { cursors: SignedCursors; purpose: string },
): Page<Position> {
  // Relay discourages both together, since nobody can say which end of the page they mean.
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
 * A connection from the rows a store read for a page: at most `limit + 1`, in reading order
 * (backward pages newest-from-the-end first; they are turned round here).
 */
export function connectionOf<Node, Position>(
  rows: readonly Node[],
  page: Page<Position>,
  {
    cursors,
    purpose,
    positionOf,
  }: { cursors: SignedCursors; purpose: string; positionOf: (node: Node) => Position },
): Connection<Node> {
  const hasMore = rows.length > page.limit;
  const kept = rows.slice(0, page.limit);
  if (page.direction === 'backward') kept.reverse();
  const edges = kept.map((node) => ({ cursor: cursors.sign(purpose, positionOf(node)), node }));
  const forward = page.direction === 'forward';
  return {
    edges,
    pageInfo: {
      hasNextPage: forward ? hasMore || page.until !== null : page.from !== null,
      hasPreviousPage: forward ? page.from !== null : hasMore || page.until !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
