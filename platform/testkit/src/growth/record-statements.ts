import { AsyncLocalStorage } from 'node:async_hooks';
import { openClient } from '@souk/runtime/postgres';

/** A statement as it was sent to PostgreSQL. */
export interface SentStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** By which connections have it prepared, where they do. */
  readonly name?: string | undefined;
}

/** One for all that is recorded: Node carries each that was ever used along with every promise of the process. */
const recording = new AsyncLocalStorage<SentStatement[]>();

type Query = (this: unknown, ...given: unknown[]) => unknown;

/**
 * The statements that any client of this process sends for the work, with their values: what else goes on meanwhile
 * (on a slow machine, the making of the log's days) is none of it. Prisma's own log has the values as text only, with
 * which PostgreSQL would plan something else.
 */
export async function recordStatements(work: () => Promise<unknown>): Promise<SentStatement[]> {
  const sent: SentStatement[] = [];
  const prototype: { query: Query } = Object.getPrototypeOf(openClient({}));
  const { query } = prototype;
  prototype.query = function (...given) {
    const [first, second] = given;
    const config = typeof first === 'string' ? { text: first } : (first as Partial<SentStatement>);
    const values = Array.isArray(second) ? second : (config?.values ?? []);
    if (config?.text && recording.getStore() === sent)
      sent.push({ text: config.text, values, name: config.name });
    return query.apply(this, given);
  };
  try {
    await recording.run(sent, work);
  } finally {
    prototype.query = query;
  }
  return sent;
}
