/** The number of rows that a walk through a list looks at for common words, before the index of words is asked. */
export const WALKED = 10_000;

/** A page of the rows of a list that have words which many rows have. */
export interface PageOfCommonWords<Sql> {
  readonly table: Sql;
  /** Of a row `o`: whether it is in the list, and behind what the page begins after. */
  readonly isListed: Sql;
  /** Of a row `f`: whether it has the words; in a form that their index answers. */
  readonly isMeant: Sql;
  readonly limit: number;
  /** The list is in the order of ids, the newest first unless it is this. */
  readonly oldestFirst?: boolean;
}

type SqlTag<Sql> = (strings: readonly string[], ...values: unknown[]) => Sql;

/**
 * The rows of such a page, to be put in order by whoever reads them. They are met on a walk through the list, as a rule
 * within a few rows. Where the words lie far behind (the orders of a customer who left years ago), a walk alone would read
 * the whole table: it ends after `WALKED` rows, and what is missing is found by the index of words behind its last row.
 * So no page reads more than the walk and the rows that have the words.
 *
 * @param sql the template function of the subgraph's own client
 */
export function pageOfCommonWords<Sql>(
  sql: SqlTag<Sql>,
  { table, isListed, isMeant, limit, oldestFirst = false }: PageOfCommonWords<Sql>,
): Sql {
  const order = oldestFirst ? sql`o.id ASC` : sql`o.id DESC`;
  const isBehind = oldestFirst
    ? sql`o.id > (SELECT max(id) FROM stretch)`
    : sql`o.id < (SELECT min(id) FROM stretch)`;
  // Rows of `stretch` are read only as `met` needs them. The condition without a column is evaluated once, before the index is read.
  return sql`(
    WITH stretch AS MATERIALIZED (
      SELECT o.* FROM ${table} o WHERE ${isListed} ORDER BY ${order} LIMIT ${WALKED}::int
    ), met AS MATERIALIZED (
      SELECT f.* FROM stretch f WHERE (${isMeant}) IS TRUE LIMIT ${limit}::int
    )
    SELECT * FROM met
    UNION ALL
    (SELECT o.* FROM (SELECT f.* FROM ${table} f WHERE ${isMeant} OFFSET 0) o
     WHERE CASE WHEN (SELECT count(*) FROM met) < ${limit}::int
         THEN (SELECT count(*) FROM stretch) = ${WALKED}::int END
       AND ${isBehind} AND ${isListed}
     ORDER BY ${order} LIMIT ${limit}::int))`;
}
