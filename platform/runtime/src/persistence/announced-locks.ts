import { type IdPrefix, prefixOf } from '../domain/ids/typed-id.ts';
import type { UseCaseWork } from '../telemetry/work-context.ts';
import type { KeyedSemaphore, Permits } from './keyed-semaphore.ts';
import type { SqlExecutor } from './sql-executor.ts';

/** A transaction met a lock for which others wait before it: it ends, and begins again once it is its turn. */
class NotItsTurn extends Error {
  constructor() {
    super('This transaction begins again when it is its turn to take a lock.');
  }
}

/** What is known of the locks of one transaction, over all its attempts. */
interface LockTurn {
  /** Waits for the turn to take every lock that is known of, before a connection is taken. */
  begin(): Promise<void>;
  /** Binds it to the transaction, so that its stores may announce what they are about to lock. */
  bind(db: object): void;
  /** Whether the transaction has to begin again, as it met a lock out of its turn. */
  readonly mustBeginAgain: boolean;
  /** Throws where it must begin again, however the work ended. */
  assertItsTurn(): void;
  /** Lets those go on who wait for the same locks; to be called once the transaction has ended. */
  end(): void;
}

/** Beginnings anew of one transaction: after that it waits for its locks in PostgreSQL, with its connection. */
const MOST_BEGINNINGS = 5;
/** What concerns more than these is for a crowd: it is counted, and waits for nobody. */
const MOST_KEYS = 16;

const turns = new WeakMap<object, (keys: readonly string[]) => void>();

/**
 * Begins the turns of transactions on one database. Of which kinds the things are that a use case locks is learnt
 * from its transactions that met a lock out of turn: the next ones wait for those ids beforehand.
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
 * Says what a transaction is about to lock, by the id of the thing: whoever waits for a lock does so without a
 * connection, of which there are few. To be called before every statement that waits for a lock which many may
 * want; throws where it is not this transaction's turn, which then begins again. Outside a transaction it does nothing.
 */
export function announceLocks(db: object, ...keys: string[]): void {
  turns.get(db)?.(keys);
}

/**
 * Takes the locks of these names, which stand for no row, until the transaction ends: one after the other in one
 * order, whichever they are given in, so that two transactions do not wait for each other.
 */
export async function lockByName(db: SqlExecutor, ...names: string[]): Promise<void> {
  announceLocks(db, ...names);
  await db.$queryRawUnsafe(
    'SELECT 1 FROM unnest($1::text[]) AS name, pg_advisory_xact_lock(hashtextextended(name, 0))',
    [...new Set(names)].sort(),
  );
}
