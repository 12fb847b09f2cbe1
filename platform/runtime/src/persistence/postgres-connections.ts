import type { EventEmitter } from 'node:events';
import pg from 'pg';
import { countedWarning } from '../process/counted-warning.ts';
import type { Logger } from '../process/logging.ts';
import { databaseIn, watchPool } from './pool-metrics.ts';
import { type Query, tracedQuery } from './traced-query.ts';

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
