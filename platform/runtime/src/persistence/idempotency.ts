import { digestOf } from '../domain/digest.ts';
import { idempotencyInProgress, idempotencyKeyReused } from '../domain/errors/common-errors.ts';
import { canonicalUuid } from '../domain/text/scalar-rules.ts';
import { announceLocks } from './announced-locks.ts';
import { isLockTimeout } from './database-errors.ts';
import type { SqlExecutor } from './sql-executor.ts';

export interface IdempotentRequest {
  /**
   * The owner of the key and its purpose, e.g. `placeOrder:usr_…`, so that the keys of two people never
   * collide.
   */
  scope: string;
  /** The client's key; without one the work simply runs. */
  key: string | null | undefined;
  /** The input that the key stands for; using the key with another input is an error. */
  input: unknown;
  /** Where the key is given, when it is not `input.idempotencyKey`. */
  path?: readonly string[];
}

export interface Idempotency {
  /**
   * Runs the work once per key and keeps its (JSON) result in the same transaction. A repeat gets
   * the first result and `replayed: true`; one that arrives meanwhile waits for the first.
   * Throws `IDEMPOTENCY_KEY_REUSED` and `IDEMPOTENCY_IN_PROGRESS`.
   */
  once<Result>(
    request: IdempotentRequest,
    work: () => Promise<Result>,
  ): Promise<{ result: Result; replayed: boolean }>;
  /**
   * The first result when the key has been used already, without claiming it: to skip, for a repeat, what
   * would be done before the transaction of `once`. Throws `IDEMPOTENCY_KEY_REUSED`.
   */
  find<Result>(request: IdempotentRequest): Promise<{ result: Result } | null>;
  /**
   * Releases the key in a transaction that is committed although its work failed: the same request may be
   * tried again.
   */
  forget(request: IdempotentRequest): Promise<void>;
}

export const createIdempotency = (db: SqlExecutor): Idempotency => ({
  once: async (request, work) => {
    const { scope } = request;
    if (request.key == null) return { result: await work(), replayed: false };
    const key = canonicalUuid(request.key) ?? request.key;
    const inputHash = hashOf(request.input);
    if (await claim(db, scope, key, inputHash)) {
      const result = await work();
      await db.$executeRawUnsafe(
        'UPDATE idempotency_record SET result = $3::jsonb WHERE scope = $1 AND key = $2',
        scope,
        key,
        JSON.stringify(result ?? null),
      );
      return { result, replayed: false };
    }
    const first = await firstResult<never>(db, request, key, inputHash);
    if (!first) throw idempotencyInProgress();
    return { ...first, replayed: true };
  },
  find: async (request) => {
    const { key, input } = request;
    if (key == null) return null;
    return firstResult(db, request, canonicalUuid(key) ?? key, hashOf(input));
  },
  forget: async ({ scope, key }) => {
    if (key == null) return;
    await db.$executeRawUnsafe(
      'DELETE FROM idempotency_record WHERE scope = $1 AND key = $2',
      scope,
      canonicalUuid(key) ?? key,
    );
  },
});

async function firstResult<Result>(
  db: SqlExecutor,
  { scope, path }: IdempotentRequest,
  key: string,
  inputHash: string,
): Promise<{ result: Result } | null> {
  const [first] = await db.$queryRawUnsafe<{ input_hash: string; result: Result }[]>(
    'SELECT input_hash, result FROM idempotency_record WHERE scope = $1 AND key = $2',
    scope,
    key,
  );
  if (first && first.input_hash !== inputHash) throw idempotencyKeyReused(path);
  return first ? { result: first.result } : null;
}

/** True when the key is new. A second claim waits here until the first one's transaction ends. */
async function claim(db: SqlExecutor, scope: string, key: string, inputHash: string) {
  announceLocks(db, `${scope}:${key}`);
  try {
    const inserted = await db.$executeRawUnsafe(
      `INSERT INTO idempotency_record (scope, key, input_hash) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING`,
      scope,
      key,
      inputHash,
    );
    return inserted === 1;
  } catch (error) {
    if (isLockTimeout(error)) throw idempotencyInProgress();
    throw error;
  }
}

const hashOf = (input: unknown): string => digestOf(canonicalJson(input));

/**
 * JSON with sorted keys and without nulls, so that the order of fields does not matter, nor whether null
 * fields were written.
 */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner) && !(inner instanceof Date)
      ? Object.fromEntries(
          Object.entries(inner)
            .filter(([, field]) => field != null)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : inner,
  );
}
