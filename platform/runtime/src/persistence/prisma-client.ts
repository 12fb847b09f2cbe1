import { PrismaPg } from '@prisma/adapter-pg';
import { compileWebAssemblyOnce } from './baseline-wasm.ts';
import { databasePool } from './database-pool.ts';
import { inTransaction } from './database-transaction.ts';
import { openPool, rowsRead } from './postgres-connections.ts';
import {
  BOUNDARIES,
  createPrismaJoins,
  type GeneratedClient,
  type JoinedModels,
} from './prisma-models.ts';
import { oneStatementOn, sqlStatementsOn } from './sql-statements.ts';

type ClientOptions = {
  adapter: PrismaPg;
  log?: { emit: 'event'; level: 'query' }[];
};

/** Milliseconds a transaction may last; Prisma's own default. */
const TRANSACTION_MS = 5_000;

/**
 * Opens a subgraph's one database client, given the class that was generated from its Prisma schema;
 * `onStatement` is called with each SQL statement. Hand-written SQL and transactions are sent by pg alone;
 * models are Prisma's.
 */
export const openPrisma =
  <Client extends object>(Generated: new (options: ClientOptions) => Client) =>
  (databaseUrl: string, onStatement?: (sql: string) => void): Client => {
    compileWebAssemblyOnce();
    const pool = openPool({ ...databasePool(databaseUrl), types: rowsRead });
    const joins = createPrismaJoins(pool);
    const adapter = new PrismaPg(joins.pool);
    const log = [{ emit: 'event', level: 'query' } as const];
    const prisma = new Generated({ adapter, ...(onStatement && { log }) });
    const generated = prisma as unknown as GeneratedClient;
    if (onStatement) {
      generated.$on('query', ({ query }) => {
        if (!BOUNDARIES.has(query)) onStatement(query);
      });
    }
    const $transaction = async <Result>(
      work: (db: object) => Promise<Result>,
      { timeout = TRANSACTION_MS, isOneStatement = false } = {},
    ): Promise<Result> => {
      if (isOneStatement) {
        const statement = sqlStatementsOn(oneStatementOn(pool), onStatement);
        return work(withModels(statement, refuseModels));
      }
      return inTransaction(pool, { timeoutMs: timeout, onStatement }, async (connection) => {
        let models: JoinedModels | undefined;
        const named = (name: string) => {
          models ??= joins.join(generated, connection, timeout);
          return models.named(name);
        };
        const statements = sqlStatementsOn(connection, onStatement);
        try {
          return await work(withModels(statements, named));
        } finally {
          await models?.leave();
        }
      });
    };
    let ended: Promise<void> | undefined;
    const $disconnect = async () => {
      await generated.$disconnect();
      ended ??= pool.end();
      await ended;
    };
    const own = { ...sqlStatementsOn(pool, onStatement), $transaction, $disconnect };
    return withModels(own, (name) => prisma[name as keyof Client]) as Client;
  };

/** Only Prisma knows how many statements a model sends. */
const refuseModels = (name: string): never => {
  throw new Error(`A model (${name}) is asked in a transaction of one statement.`);
};

/** The statement methods, and for every other name the model of that name. */
const withModels = <Own extends object>(own: Own, named: (name: string) => unknown): Own =>
  new Proxy(own, {
    get: (_, name) =>
      Object.hasOwn(own, name)
        ? own[name as keyof Own]
        : // It is nothing to wait for.
          typeof name === 'string' && name !== 'then'
          ? named(name)
          : undefined,
  });
