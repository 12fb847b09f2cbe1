/** Where a page of one parent begins, and how many it has. */
interface PageRequest {
  limit: number;
  /** The time and id behind which it begins; null from the start. */
  from: readonly [at: string, id: string] | null;
}

/** One of many pages in a statement, as a row that `jsonb_to_recordset` reads: one more than asked for tells whether there is more. */
export const pageRow = ({ limit, from }: PageRequest, request: number) => ({
  request,
  row_limit: limit + 1,
  from_at: from?.[0] ?? null,
  from_id: from?.[1] ?? null,
});
