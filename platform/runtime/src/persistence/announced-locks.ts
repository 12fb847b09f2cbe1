import { type IdPrefix, prefixOf } from '../domain/ids/typed-id.ts';
import type { UseCaseWork } from '../telemetry/work-context.ts';
import type { KeyedSemaphore, Permits } from './keyed-semaphore.ts';
import type { SqlExecutor } from './sql-executor.ts';

/** A transaction met a lock for which others are waiting: it ends, and begins again once it is its turn. */
class NotItsTurn extends Error {
  constructor() {
    super('This transaction begins again when it is its turn to take a lock.');
  }
}

/** What is known about the locks of one transaction, over all its attempts. */
interface LockTurn {
  /** Waits for its turn to take every lock that is known, before a connection is taken. */
  begin(): Promise<void>;
  /** Associates it with the transaction, so that stores can announce what they are about to lock. */
  bind(db: object): void;
  /** Whether the transaction has to begin again, because it met a lock out of its turn. */
  readonly mustBeginAgain: boolean;
  /** Throws when it must begin again, however the work ended. */
  assertItsTurn(): void;
  /** Lets those continue who wait for the same locks; to be called once the transaction has ended. */
  end(): void;
}

/**
 * How often a transaction begins again; after that it waits for its locks in PostgreSQL, with its connection.
 */
const MOST_BEGINNINGS = 5;
/** Work on more objects than these concerns a crowd: it is counted, but waits for nobody. */
const MOST_KEYS = 16;

const turns = new WeakMap<object, (keys: readonly string[]) => void>();

/**
 * Manages the turns of transactions on one database. Which kinds of objects a use case locks is learnt from
 * transactions that met a lock out of turn: later ones wait for such ids in advance.
 */
export function createLockTurns(
  semaphore: KeyedSemaphore,
): (useCase: UseCaseWork | undefined) => LockTurn {
  const kindsOf = new Map<string, Set<IdPrefix>>();
  return (useCase) => {
    const kinds = useCase && kindsOf.get(useCase.name);
    const known = kinds && useCase.ids().filter((id) => kinds.has(prefixOf(id) as IdPrefix));
    return beginTurn(semaphore, known ?? [], (keys) => {
      if (!useCase) return;
      const learnt = kindsOf.get(useCase.name) ?? new Set();
      for (const key of keys) {
        const kind = prefixOf(key);
        if (kind) kindsOf.set(useCase.name, learnt.add(kind));
      }
    });
  };
}

function beginTurn(
  semaphore: KeyedSemaphore,
  keys: readonly string[],
  onOutOfTurn: (keys: readonly string[]) => void,
): LockTurn {
  const known = new Set(keys.slice(0, MOST_KEYS));
  const permits: Permits = semaphore.hold();
  let beginnings = 0;
  let mustBeginAgain = false;
  const announce = (keys: readonly string[]) => {
    if (beginnings > MOST_BEGINNINGS || keys.length > MOST_KEYS) permits.force(keys);
    else if (!permits.tryAcquire(keys)) {
      for (const key of keys) known.add(key);
      onOutOfTurn(keys);
      mustBeginAgain = true;
      throw new NotItsTurn();
    }
  };
  const assertItsTurn = () => {
    if (mustBeginAgain) throw new NotItsTurn();
  };
  return {
    begin: async () => {
      beginnings += 1;
      mustBeginAgain = false;
      await permits.acquire(known);
    },
    bind: (db) => {
      turns.set(db, announce);
    },
    get mustBeginAgain() {
      return mustBeginAgain;
    },
    assertItsTurn,
    end: () => permits.release(),
  };
}

/**
 * Announces what a transaction is about to lock, by the id of the object: whoever waits for a lock then does
 * so without one of the few connections. To be called before every statement that waits for a contended lock;
 * throws when it is not this transaction's turn, which then begins again. Does nothing outside a transaction.
 */
export function announceLocks(db: object, ...keys: string[]): void {
  turns.get(db)?.(keys);
}

/**
 * Takes locks by name, which belong to no row, until the transaction ends. They are always taken in the same
 * order, whatever order they are given in, so that two transactions do not wait for each other.
 */
export async function lockByName(db: SqlExecutor, ...names: string[]): Promise<void> {
  announceLocks(db, ...names);
  await db.$queryRawUnsafe(
    'SELECT 1 FROM unnest($1::text[]) AS name, pg_advisory_xact_lock(hashtextextended(name, 0))',
    [...new Set(names)].sort(),
  );
}
