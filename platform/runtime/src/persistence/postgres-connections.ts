import type { EventEmitter } from 'node:events';
import pg from 'pg';
import { countedWarning } from '../process/counted-warning.ts';
import type { Logger } from '../process/logging.ts';
import { childSpan, isTracing, type OpenSpan, SpanKind } from '../telemetry/tracing.ts';
import { currentWork } from '../telemetry/work-context.ts';
import { databaseIn, watchPool } from './pool-metrics.ts';

/**
 * Every connection to PostgreSQL is opened here. A pg client without an `error` listener ends the process
 * when its connection is lost, and pg's pool listens only while the client is idle. Therefore each client
 * gets a listener when it is created, and keeps it whoever borrows the client.
 */

/**
 * Called for each lost connection. Queries that were running on it fail by themselves, so this only has to
 * report.
 */
export type OnLost = (error: Error) => void;

const unreported: OnLost = () => {};

/** A single connection, for example to listen on or to hold a lock. */
export function openClient(config: pg.ClientConfig, onLost = unreported): pg.Client {
  return ownErrors(new pg.Client(config), onLost);
}

/** A pool whose clients have an error listener, whether idle or borrowed. */
export function openPool(config: pg.PoolConfig, onLost = unreported): pg.Pool {
  const pool = new pg.Pool(owned(config, onLost));
  watchPool(pool, databaseIn(config));
  // Errors of idle clients have been reported by the clients themselves.
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
 * Reads rows as pg does, except for eight-byte integers, which a number cannot hold, and for dates and times
 * without a zone, which are in UTC and not in the process's zone.
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

/** Options for a pool that a library creates itself, whose lost clients are reported too. */
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

/** Listens for the errors of a client that a library created. */
export function ownErrors<Client extends EventEmitter>(client: Client, onLost: OnLost): Client {
  return client.on('error', onLost);
}

/**
 * Logs lost connections: a server that restarts takes down all connections of a process, which is logged in a
 * line or two.
 */
export function logLostConnections(logger: Logger): OnLost {
  const warn = countedWarning(logger, 'a database connection was lost');
  return ({ message: reason }) => warn({ reason });
}

type Query = (...given: unknown[]) => unknown;
type Callback = (error: Error | null, result: unknown) => void;

/** Sends a statement as a span of the current work. Only texts are recorded, never values. */
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

/** Characters of a statement in a span: statements have parameters for values, so most are short. */
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
