import { badInput } from '../errors/common-errors.ts';
import type { SealedCursors } from './sealed-cursors.ts';

/** Nobody needs more rows at once, and everybody pays for them. */
export const MAX_PAGE_SIZE = 100;

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
}

/**
 * Checks paging arguments against Relay's rules and the page limit. `purpose` binds cursors to
 * this list in this order; `Position` is what `connectionOf` put into them.
 */
export function pageOf<Position>(
  { first, after, last, before }: PageArguments,
  {
    cursors,
    purpose,
    defaultSize = 20,
  }: { cursors: SealedCursors; purpose: string; defaultSize?: number },
): Page<Position> {
  if (first != null && last != null) throw badInput('Give `first` or `last`, not both.', ['first']);
  if (after != null && before != null)
    throw badInput('Give `after` or `before`, not both.', ['after']);
  const backward = last != null || (before != null && first == null);
  if (backward && after != null) throw badInput('`last` goes with `before`.', ['after']);
  if (!backward && before != null) throw badInput('`first` goes with `after`.', ['before']);
  const name = backward ? 'last' : 'first';
  const limit = (backward ? last : first) ?? defaultSize;
  if (limit < 1 || limit > MAX_PAGE_SIZE) {
    throw badInput(`\`${name}\` must be from 1 to ${MAX_PAGE_SIZE}.`, [name]);
  }
  const cursor = backward ? before : after;
  return {
    limit,
    direction: backward ? 'backward' : 'forward',
    from:
      cursor == null
        ? null
        : (cursors.open(purpose, cursor, [backward ? 'before' : 'after']) as Position),
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
  }: { cursors: SealedCursors; purpose: string; positionOf: (node: Node) => Position },
): Connection<Node> {
  const hasMore = rows.length > page.limit;
  const kept = rows.slice(0, page.limit);
  if (page.direction === 'backward') kept.reverse();
  const edges = kept.map((node) => ({ cursor: cursors.seal(purpose, positionOf(node)), node }));
  const forward = page.direction === 'forward';
  return {
    edges,
    pageInfo: {
      hasNextPage: forward ? hasMore : page.from !== null,
      hasPreviousPage: forward ? page.from !== null : hasMore,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
