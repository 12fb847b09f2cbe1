import { setTimeout as delay } from 'node:timers/promises';
import { createLockTurns } from '../persistence/announced-locks.ts';
import { isRetryableConflict } from '../persistence/database-errors.ts';
import { extendStores } from '../persistence/define-stores.ts';
import { type ErasureRule, eraseSome } from '../persistence/erase-person.ts';
import { createIdempotency, type Idempotency } from '../persistence/idempotency.ts';
import { createKeyedSemaphore, type KeyedSemaphore } from '../persistence/keyed-semaphore.ts';
import {
  type PersonalColumn,
  type PersonalRows,
  readPersonalRows,
  type WantedRows,
} from '../persistence/personal-rows.ts';
import type { SqlExecutor } from '../persistence/sql-executor.ts';
import { currentWork } from '../telemetry/work-context.ts';
import { createInbox, type Inbox } from './consumers.ts';
import { createEventLog, type EventLog, type RecordedEvent } from './event-log.ts';

/** Besides a subgraph's own stores, every transaction offers the event log and idempotency. */
export interface TransactionTools {
  readonly events: EventLog;
  readonly idempotency: Idempotency;
  readonly inbox: Inbox;
  /** Applies one rule of erasure to some of a person's rows; false once none is left. */
  readonly eraseSome: (
    rule: ErasureRule,
    person: { userId: string; sequence: number },
  ) => Promise<boolean>;
  /** Some of a person's rows, for an export. */
  readonly personalRows: (column: PersonalColumn, wanted: WantedRows) => Promise<PersonalRows>;
}

export type RunTransaction<Stores> = <Result>(
  work: (stores: Stores & TransactionTools) => Promise<Result>,
  options?: TransactionOptions,
) => Promise<Result>;

export interface TransactionOptions {
  /**
   * The work sends one statement, which is a transaction by itself and needs no BEGIN and COMMIT. It cannot
   * be undone by what comes after it, and a second statement is refused.
   */
  isOneStatement?: boolean;
}

export interface TransactorOptions<Db extends SqlExecutor, Stores> {
  /** Opens a database transaction: `(work) => prisma.$transaction(work, transactionLimits)`. */
  begin: <Result>(
    work: (db: Db) => Promise<Result>,
    options: TransactionOptions,
  ) => Promise<Result>;
  /** The subgraph's stores, working inside the given transaction. */
  storesOn: (db: Db) => Stores;
  /**
   * Called after commit with everything that was recorded, for example to wake live streams, and with the
   * part that was recorded in its own stream. It is awaited, so that whoever hears of the commit finds what
   * was recorded. Must not throw.
   */
  onCommitted: (
    events: readonly RecordedEvent[],
    inTheirOwnStream: readonly RecordedEvent[],
  ) => void | Promise<void>;
  /** Lets few transactions at a time lock the same object; one semaphore per database. */
  semaphore?: KeyedSemaphore;
}

/** Milliseconds a transaction may last. */
export const transactionLimits = { timeout: 10_000 } as const;

const ATTEMPTS = 4;

/**
 * Runs use cases in transactions: all or nothing, and again when PostgreSQL chose one as the victim of a
 * deadlock or serialization failure. Events are announced only once they are committed. Of the transactions
 * that lock the same object few run at a time, and the others wait without a connection.
 */
export function createTransactor<Db extends SqlExecutor, Stores>(
  options: TransactorOptions<Db, Stores>,
): RunTransaction<Stores> {
  const begin = createLockTurns(options.semaphore ?? createKeyedSemaphore());
  return async (work, kind = {}) => {
    const turn = begin(currentWork().useCase);
    for (let attempt = 1; ; ) {
      try {
        await turn.begin();
        const recorded: RecordedEvent[] = [];
        const own: RecordedEvent[] = [];
        const result = await options.begin(async (db) => {
          turn.bind(db);
          const done = await work(
            extendStores(options.storesOn(db), {
              events: createEventLog(db, (event, inItsOwnStream) => {
                recorded.push(event);
                if (inItsOwnStream) own.push(event);
              }),
              // Most transactions use neither.
              get idempotency() {
                return createIdempotency(db);
              },
              get inbox() {
                return createInbox(db);
              },
              eraseSome: (rule, person) => eraseSome(db, rule, person),
              personalRows: (column, wanted) => readPersonalRows(db, column, wanted),
            } satisfies TransactionTools),
          );
          turn.assertItsTurn();
          return done;
        }, kind);
        turn.end();
        if (recorded.length > 0) await options.onCommitted(recorded, own);
        return result;
      } catch (error) {
        if (turn.mustBeginAgain) continue;
        if (attempt === ATTEMPTS || !isRetryableConflict(error)) throw error;
        attempt += 1;
        await delay(Math.random() * 20 * 2 ** attempt);
      } finally {
        turn.end();
      }
    }
  };
}
