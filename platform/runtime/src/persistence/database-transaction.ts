import type pg from 'pg';
import type { TakesStatements } from './sql-statements.ts';

/** What PostgreSQL itself would report about a transaction that takes too long (transaction_timeout). */
class TransactionTooLong extends Error {
  readonly code = '25P04';
  constructor(timeoutMs: number) {
    super(`The transaction took longer than ${timeoutMs} ms.`);
  }
}

interface TransactionOptions {
  timeoutMs: number;
  /** Also called with BEGIN, COMMIT and ROLLBACK, which are statements, too. */
  onStatement?: ((text: string) => void) | undefined;
}

/**
 * Runs work in a transaction on a connection of its own: committed when the work succeeds, rolled back when
 * it fails or takes too long. A statement that comes after its end is refused.
 */
export async function inTransaction<Result>(
  pool: pg.Pool,
  { timeoutMs, onStatement }: TransactionOptions,
  work: (connection: TakesStatements) => Promise<Result>,
): Promise<Result> {
  const connection = await pool.connect();
  let refusal: Error | null = null;
  const end = async (word: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
    refusal ??= new Error('The transaction is over.');
    onStatement?.(word);
    const { command } = await connection.query(word).catch((error) => {
      connection.release(error);
      throw error;
    });
    connection.release();
    // PostgreSQL answers a COMMIT with ROLLBACK when a statement had failed before.
    if (command !== word) throw new Error('The transaction was undone: a statement of it failed.');
  };
  const expiry = setTimeout(() => {
    refusal = new TransactionTooLong(timeoutMs);
    end('ROLLBACK').catch(() => {});
  }, timeoutMs);
  const assertGoesOn = () => {
    if (refusal) throw refusal;
  };
  try {
    onStatement?.('BEGIN');
    await connection.query('BEGIN');
    const result = await work({
      query: async (statement) => {
        assertGoesOn();
        return connection.query(statement);
      },
    });
    assertGoesOn();
    clearTimeout(expiry);
    await end('COMMIT');
    return result;
  } catch (error) {
    clearTimeout(expiry);
    if (!refusal) await end('ROLLBACK').catch(() => {});
    throw error;
  }
}
