/** How many failures of one round are reported; what many have in common is visible in these. */
const MOST_REPORTED = 20;

/** The items to work through. */
export interface DueWork<Item> {
  /**
   * What is due now, the longest overdue first; finished items are no longer among it. Where finding it means to pass over much
   * that is not due, it is read in the order of a key instead, from the last item that was read on: each is passed once a round.
   */
  read(limit: number, after: Item | null): Promise<readonly Item[]>;
  work(item: Item): Promise<unknown>;
  /** The same for two readings of the same item. */
  keyOf?(item: Item): string;
  /** How many are read at once. */
  atOnce?: number;
  /** Ends the work between two items. */
  stopping?: AbortSignal | undefined;
}

/**
 * Works through everything that is due, a batch at a time, each item once. A failed item does not block those
 * after it, however many fail: failed items are skipped when more are read, and are due again in the next
 * round. Returns how many were done; at the end it throws the failures.
 */
export async function workThrough<Item>({
  read,
  work,
  keyOf = String,
  atOnce = 100,
  stopping,
}: DueWork<Item>): Promise<number> {
  const tried = new Set<string>();
  const failures: unknown[] = [];
  let failed = 0;
  let last: Item | null = null;
  for (let limit = atOnce; !stopping?.aborted; ) {
    const due: readonly Item[] = await read(limit, last);
    last = due.at(-1) ?? last;
    const fresh = due.filter((item) => !tried.has(keyOf(item)));
    for (const item of fresh) {
      if (stopping?.aborted) break;
      tried.add(keyOf(item));
      try {
        await work(item);
      } catch (error) {
        failed += 1;
        if (failures.length < MOST_REPORTED) failures.push(error);
      }
    }
    if (due.length < limit) break;
    // Failed items are read again first, so as many more are read.
    limit = atOnce + (due.length - fresh.length) + failed;
  }
  if (failed > 0) {
    throw new AggregateError(failures, `${failed} of ${tried.size} could not be done.`);
  }
  return tried.size;
}
