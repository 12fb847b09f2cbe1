import type pg from 'pg';
import { currentWork, inWorkContext } from '../telemetry/work-context.ts';
import type { TakesStatements } from './sql-statements.ts';

/** What is used of a client that Prisma generated, besides its models. */
export interface GeneratedClient {
  $on(event: 'query', listener: (statement: { query: string }) => void): void;
  $transaction(
    work: (models: object) => Promise<void>,
    options: { timeout: number },
  ): Promise<void>;
  $disconnect(): Promise<void>;
}

/** Prisma's models in a transaction that Prisma did not begin. */
export interface JoinedModels {
  /** The model of this name; Prisma joins the transaction when the model is first used. */
  named(name: string): object;
  /** To be called before the transaction ends. */
  leave(): Promise<void>;
}

export interface PrismaJoins {
  /**
   * The pool for Prisma: when it begins a transaction in order to join one, it is given that one's
   * connection.
   */
  readonly pool: pg.Pool;
  join(prisma: GeneratedClient, connection: TakesStatements, timeoutMs: number): JoinedModels;
}

/** What Prisma sends at both ends of a transaction; not sent in a transaction that it has joined. */
export const BOUNDARIES: ReadonlySet<string> = new Set(['BEGIN', 'COMMIT', 'ROLLBACK']);

/** Lets Prisma take part in transactions that are begun and ended without it. */
export function createPrismaJoins(pool: pg.Pool): PrismaJoins {
  type Connect = (callback?: never) => unknown;
  const connect: Connect = (callback) => {
    const begun = currentWork().joining;
    return begun?.pool === pool && !callback
      ? Promise.resolve(lent(begun.connection as TakesStatements))
      : pool.connect(callback as never);
  };
  return {
    pool: Object.create(pool, { connect: { value: connect } }),
    join: (prisma, connection, timeout) => {
      let joined: Promise<object> | undefined;
      let isLeft: Promise<void> | undefined;
      let leave = () => {};
      const stay = new Promise<void>((resolve) => {
        leave = resolve;
      });
      const join = () =>
        new Promise<object>((resolve, reject) => {
          const work = (models: object) => {
            resolve(models);
            return stay;
          };
          const joining = { ...currentWork(), joining: { pool, connection } };
          isLeft = inWorkContext(joining, () => prisma.$transaction(work, { timeout })).catch(
            reject,
          );
        });
      const ask = async (model: string, method: string, given: unknown[]) => {
        joined ??= join();
        const models = (await joined) as Record<
          string,
          Record<string, (...given: unknown[]) => unknown>
        >;
        return models[model]?.[method]?.(...given);
      };
      return {
        named: (model) =>
          new Proxy(
            {},
            {
              get:
                (_, method) =>
                (...given: unknown[]) =>
                  ask(model, String(method), given),
            },
          ),
        leave: async () => {
          leave();
          await isLeft;
        },
      };
    },
  };
}

/** A connection for Prisma's adapter that neither begins, ends nor releases a transaction it does not own. */
const lent = (connection: TakesStatements) => ({
  query: async (statement: pg.QueryConfig) =>
    BOUNDARIES.has(statement.text) ? NOTHING : connection.query(statement),
  release: () => {},
  on: () => {},
  removeListener: () => {},
});

const NOTHING = { fields: [], rows: [], rowCount: 0 };
