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
  /** What the list is in the order of, of columns without a name in front: no two rows have all of it alike. Ids if nothing is said. */
  readonly orderedBy?: readonly Sql[];
  /** The list has what is last in that order first, the newest, unless it is this. */
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
  {
    table,
    isListed,
    isMeant,
    limit,
    orderedBy = [sql`id`],
    oldestFirst = false,
  }: PageOfCommonWords<Sql>,
): Sql {
  const joined = (keys: readonly Sql[]) => keys.reduce((all, key) => sql`${all}, ${key}`);
  const ascending = joined(orderedBy.map((key) => sql`${key} ASC`));
  const descending = joined(orderedBy.map((key) => sql`${key} DESC`));
  const [order, backwards] = oldestFirst ? [ascending, descending] : [descending, ascending];
  const place = joined(orderedBy);
  const last = sql`(SELECT ${place} FROM stretch ORDER BY ${backwards} LIMIT 1)`;
  const isBehind = oldestFirst ? sql`(${place}) > ${last}` : sql`(${place}) < ${last}`;
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
