/** Failures that are reported of one round; what many have in common is seen in these. */
const MOST_REPORTED = 20;

/** What is worked through. */
export interface DueWork<Item> {
  /** What is due by now, the longest overdue first; what is done is not among it any more. */
  read(limit: number): Promise<readonly Item[]>;
  work(item: Item): Promise<unknown>;
  /** Of two readings the same for the same item. */
  keyOf?(item: Item): string;
  /** So many are read at once. */
  atOnce?: number;
  /** Ends it between two items. */
  stopping?: AbortSignal | undefined;
}

/**
 * Works through everything that is due, some at a time, each item once. What fails holds up none of those behind it,
 * however many fail: they are passed over when more is read, and due again in the next round. Gives how many
 * were done; throws what failed, in the end.
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
  for (let limit = atOnce; !stopping?.aborted; ) {
    const due = await read(limit);
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
    // What is left of those that were tried comes first again, so as many more are read.
    limit = atOnce + (due.length - fresh.length) + failed;
  }
  if (failed > 0) {
    throw new AggregateError(failures, `${failed} of ${tried.size} could not be done.`);
  }
  return tried.size;
}
