import type pg from 'pg';

/** What is in a database beside its rows: the name of each thing, with how PostgreSQL defines it. */
export type DatabaseDescription = ReadonlyMap<string, string>;

/** Not of ours: the server's own, the history of migrations, and the log's days, which come and go. */
const OURS = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'`;
const NOT_OURS = `c.relname = '_prisma_migrations' OR (n.nspname = 'event_log' AND c.relname ~ '^day_')`;

const QUERIES: readonly string[] = [
  `SELECT 'table ' || n.nspname || '.' || c.relname AS name,
     concat_ws(' ', c.relkind, c.relpersistence, pg_get_partkeydef(c.oid),
       pg_get_expr(c.relpartbound, c.oid), CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END) AS definition
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'v', 'm') AND ${OURS} AND NOT (${NOT_OURS})`,
  `SELECT 'column ' || n.nspname || '.' || c.relname || '.' || a.attname AS name,
     concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'NOT NULL' END,
       pg_get_expr(d.adbin, d.adrelid), nullif(a.attgenerated::text, ''), nullif(a.attidentity::text, '')) AS definition
   FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND ${OURS} AND NOT (${NOT_OURS})`,
  `SELECT 'index ' || n.nspname || '.' || i.relname AS name,
     pg_get_indexdef(i.oid) || CASE WHEN x.indisvalid THEN '' ELSE ' INVALID' END AS definition
   FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
     JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${OURS} AND NOT (${NOT_OURS})`,
  // NOT NULL is part of the column.
  `SELECT 'constraint ' || n.nspname || '.' || c.relname || '.' || k.conname AS name,
     pg_get_constraintdef(k.oid) AS definition
   FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE k.contype <> 'n' AND ${OURS} AND NOT (${NOT_OURS})`,
  `SELECT 'trigger ' || n.nspname || '.' || c.relname || '.' || t.tgname AS name,
     pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text AS definition
   FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE NOT t.tgisinternal AND ${OURS} AND NOT (${NOT_OURS})`,
  `SELECT 'function ' || n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS name,
     pg_get_functiondef(p.oid) AS definition
   FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE p.prokind IN ('f', 'p') AND ${OURS}
     AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = p.oid AND e.deptype = 'e')`,
  `SELECT 'type ' || n.nspname || '.' || t.typname AS name,
     string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) AS definition
   FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace
   WHERE ${OURS} GROUP BY n.nspname, t.typname`,
  `SELECT 'extension ' || extname AS name, '' AS definition FROM pg_extension WHERE extname <> 'plpgsql'`,
];

/**
 * Describes a database by PostgreSQL's own words, what Prisma's language cannot say included: checks,
 * partial indexes, functions, triggers, partitioning.
 */
export async function describeDatabase(client: pg.Client | pg.Pool): Promise<DatabaseDescription> {
  const description = new Map<string, string>();
  for (const query of QUERIES) {
    const { rows } = await client.query<{ name: string; definition: string }>(query);
    for (const { name, definition } of rows) description.set(name, definition);
  }
  return description;
}

export interface Differences {
  readonly missing: string[];
  readonly different: string[];
  /** There, and not expected. */
  readonly unexpected: string[];
}

export function differencesOf(
  expected: DatabaseDescription,
  found: DatabaseDescription,
): Differences {
  const names = [...expected.keys()].sort();
  return {
    missing: names.filter((name) => !found.has(name)),
    different: names.filter((name) => found.has(name) && found.get(name) !== expected.get(name)),
    unexpected: [...found.keys()].filter((name) => !expected.has(name)).sort(),
  };
}
