import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils';
import type pg from 'pg';
import { createShadowDatabase } from './shadow-database.ts';

export interface EngineDatabase {
  readonly factory: SqlMigrationAwareDriverAdapterFactory;
  /** Why a script failed, in the server's words: the engine reports only that one did. */
  scriptError(): unknown;
}

/**
 * A database as the schema engine wants to see it. Scripts go to the server whole: the adapter's own
 * way is to cut them at every semicolon, also inside strings and function bodies.
 *
 * @param pool where statements run; stays open
 * @param shadowUrl a database on a server where the engine may create and drop a scratch database
 */
export function engineDatabase(pool: pg.Pool, shadowUrl?: string): EngineDatabase {
  let scriptError: unknown;
  const adapterOn = async (target: pg.Pool): Promise<SqlDriverAdapter> => {
    const catalogs = createCatalogReader(target);
    const adapter = await new PrismaPg(catalogs.pool).connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => catalogs.restore(query.sql, await queryRaw(query));
    adapter.executeScript = async (script) => {
      try {
        await target.query(script);
      } catch (error) {
        scriptError ??= error;
        throw error;
      }
    };
    return adapter;
  };
  const connectToShadowDb = async () => {
    if (!shadowUrl) throw new Error('No server was given for the shadow database.');
    const shadow = await createShadowDatabase(shadowUrl);
    const adapter = await adapterOn(shadow.pool);
    return Object.assign(adapter, { dispose: shadow.drop });
  };
  return {
    factory: {
      provider: 'postgres',
      adapterName: '@prisma/adapter-pg',
      connect: () => adapterOn(pool),
      connectToShadowDb,
    },
    scriptError: () => scriptError,
  };
}

/** PostgreSQL's internal one-byte "char", which only its catalogs use. */
const CHAR = 18;
const TEXT = 25;

/**
 * The engine reads "char" columns of the catalogs (the kind of a constraint, for one), and the adapter
 * refuses them. They pass it as text, and become characters again behind it.
 */
function createCatalogReader(pool: pg.Pool) {
  const charColumns = new Map<string, number[]>();
  const query = async (config: pg.QueryArrayConfig) => {
    const result = await pool.query(config);
    const chars = result.fields.flatMap((field, at) => (field.dataTypeID === CHAR ? [at] : []));
    if (chars.length > 0) charColumns.set(config.text, chars);
    for (const at of chars) (result.fields[at] as pg.FieldDef).dataTypeID = TEXT;
    return result;
  };
  return {
    pool: Object.assign(Object.create(pool) as pg.Pool, { query }),
    restore(sql: string, result: SqlResultSet): SqlResultSet {
      for (const at of charColumns.get(sql) ?? []) {
        result.columnTypes[at] = ColumnTypeEnum.Character;
      }
      return result;
    },
  };
}
