import { badInput } from '@souk/runtime/domain';

/** The requested part of a room's history. Positions are message sequences. */
export interface HistoryRequest {
  limit: number;
  direction: 'forward' | 'backward';
  /** The message before the page (after it, reading backward). */
  from: number | null;
  /** Where it ends at the latest: the message after the page (before it, reading backward). */
  until: number | null;
  /** The message around which the page is centred. */
  around: number | null;
}

/** Sequences in a room have no gaps, so every page is a range: `low` to `high`, both included. */
export interface HistoryRange {
  low: number;
  high: number;
}

/**
 * The range of a page in a room whose newest message, as far as the reader knows, is `last`, and in which the
 * reader may not see anything up to `hidden`.
 */
export function historyRange(request: HistoryRequest, last: number, hidden = 0): HistoryRange {
  const { limit, direction, from, until, around } = request;
  if (around !== null) {
    const before = Math.floor((limit - 1) / 2);
    const low = Math.max(hidden + 1, Math.min(around - before, last - limit + 1));
    return { low, high: Math.min(last, low + limit - 1) };
  }
  if (direction === 'forward') {
    const low = Math.max(from ?? 0, hidden) + 1;
    return { low, high: Math.min(last, low + limit - 1, (until ?? last + 1) - 1) };
  }
  const high = Math.min(last, (from ?? last + 1) - 1);
  return { low: Math.max(hidden + 1, high - limit + 1, (until ?? 0) + 1), high };
}

export function assertAroundAlone(arguments_: {
  around?: object | null;
  after?: string | null;
  before?: string | null;
}): void {
  if (arguments_.around != null && (arguments_.after != null || arguments_.before != null)) {
    throw badInput('`around` says where the page lies; give no cursor with it.', ['around']);
  }
}
