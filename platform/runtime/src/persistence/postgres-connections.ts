import type { EventEmitter } from 'node:events';
import pg from 'pg';
import { countedWarning } from '../process/counted-warning.ts';
import type { Logger } from '../process/logging.ts';
import { childSpan, isTracing, type OpenSpan, SpanKind } from '../telemetry/tracing.ts';
import { currentWork } from '../telemetry/work-context.ts';
import { databaseIn, watchPool } from './pool-metrics.ts';

/**
 * Every connection to PostgreSQL is opened here. A pg client whose `error` nobody listens to ends
 * the process when its connection is lost, and pg's pool listens only while the client is idle: so
 * each client gets its owner when it is made, and keeps it whoever borrows it.
 */

/** Called for each lost connection. What was asked on it fails by itself, so this need only report. */
export type OnLost = (error: Error) => void;

const unreported: OnLost = () => {};

/** A connection of its own, e.g. to listen on or to hold a lock with. */
export function openClient(config: pg.ClientConfig, onLost = unreported): pg.Client {
  return ownErrors(new pg.Client(config), onLost);
}

/** A pool whose clients have an owner, idle or borrowed. */
export function openPool(config: pg.PoolConfig, onLost = unreported): pg.Pool {
  const pool = new pg.Pool(owned(config, onLost));
  watchPool(pool, databaseIn(config));
  // What happened to an idle client has been reported by the client itself.
  pool.on('error', () => {});
  return pool;
}

const INT8 = 20;
const INT8_ARRAY = 1016;
const DATE = 1082;
const TIMESTAMP = 1114;
const parserOf = (type: number, format?: string) =>
  pg.types.getTypeParser(type as never, format as never);

/**
 * Reads rows as pg does, but for integers of eight bytes, which a number would not hold, and for dates and times that say
 * no zone, which are of UTC and not of where the process runs.
 */
export const rowsRead: pg.CustomTypesConfig = {
  getTypeParser: (type: number, format?: string) => {
    if (type === INT8) return BigInt;
    if (type === INT8_ARRAY) return largeIntegersIn;
    if (type === DATE || type === TIMESTAMP) return timeInUtc;
    return parserOf(type, format);
  },
};

const timeInUtc = (text: string) =>
  new Date(`${text.replace(' ', 'T')}${text.includes(':') ? 'Z' : ''}`);
const textsIn = parserOf(INT8_ARRAY) as (text: string) => (string | null)[];
const largeIntegersIn = (text: string) =>
  textsIn(text).map((value) => (value === null ? null : BigInt(value)));

/** Options of a pool that a library makes itself, whose lost clients are reported too. */
export const owned = <Config extends pg.PoolConfig>(
  config: Config,
  onLost: OnLost,
): Config & { Client: typeof pg.Client } => ({
  ...config,
  Client: class extends pg.Client {
    constructor(options?: pg.ClientConfig) {
      super(options);
      ownErrors(this, onLost);
    }

    override query = ((...given: unknown[]) =>
      tracedQuery(this, pg.Client.prototype.query as Query, given)) as pg.Client['query'];
  },
});

/** Takes over the errors of a client that a library made. */
export function ownErrors<Client extends EventEmitter>(client: Client, onLost: OnLost): Client {
  return client.on('error', onLost);
}

/** Logs lost connections: a server that restarts takes all of a process's, in a line or two. */
export function logLostConnections(logger: Logger): OnLost {
  const warn = countedWarning(logger, 'a database connection was lost');
  return ({ message: reason }) => warn({ reason });
}

type Query = (...given: unknown[]) => unknown;
type Callback = (error: Error | null, result: unknown) => void;

/** Sends a statement as a span of the work that sends it. Values are never recorded, only texts. */
function tracedQuery(client: pg.Client, send: Query, given: unknown[]): unknown {
  const span = isTracing() ? statementSpan(given[0], client.database) : null;
  return span ? sentIn(span, send, client, given) : send.apply(client, given);
}

function statementSpan(statement: unknown, database: string | undefined): OpenSpan | null {
  const { trace } = currentWork();
  if (!trace) return null;
  const text =
    typeof statement === 'string' ? statement : (statement as { text?: unknown } | null)?.text;
  if (typeof text !== 'string') return null;
  const operation = /^\W*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? 'SQL';
  return childSpan(operation, trace, SpanKind.CLIENT, {
    'db.system.name': 'postgresql',
    'db.namespace': database,
    'db.operation.name': operation,
    'db.query.text': text.slice(0, LONGEST_TEXT),
  });
}

/** Characters of a statement: they have parameters for values, so that most are short. */
const LONGEST_TEXT = 2_000;

function sentIn(span: OpenSpan, send: Query, client: pg.Client, given: unknown[]): unknown {
  const callback = given.at(-1);
  if (typeof callback === 'function') {
    const ended: Callback = (error, result) => {
      span.end(error ?? undefined);
      (callback as Callback)(error, result);
    };
    return send.apply(client, [...given.slice(0, -1), ended]);
  }
  const sent = send.apply(client, given);
  if (sent instanceof Promise) {
    sent.then(
      () => span.end(),
      (error) => span.end(error),
    );
  } else span.end();
  return sent;
}
