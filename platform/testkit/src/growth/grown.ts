/** An id of a type for a number: the same number, the same id. */
export const grownId = (prefix: string, number: number): string =>
  `${prefix}_${STEM}${String(number).padStart(8, '0')}`;

/** Such an id in SQL, for an expression that is a whole number. */
export const grownIdSql = (prefix: string, expression: string): string =>
  `'${prefix}_${STEM}' || lpad((${expression})::text, 8, '0')`;

const STEM = '01h455vb4pex5vsknk';

const rows = Number(process.env.GROWTH_ROWS ?? 20_000);

export const GROWTH = {
  /** The number of rows in the largest table that a test fills; others are in proportion. */
  rows,
  /** How many times more rows the planner is made to see: a suite has no time for a million. */
  pretended: Number(process.env.GROWTH_PRETENDED ?? 50),
  /** Whether a test tells what the reads cost: when it was asked for more than the suite does. */
  report: process.env.GROWTH_ROWS !== undefined,
  timeoutMs: Math.max(600_000, rows * 4),
};
