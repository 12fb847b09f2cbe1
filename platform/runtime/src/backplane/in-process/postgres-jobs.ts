import type {
  PostgresConnectionOptions,
  PostgresQueueBackend,
  Queue,
  QueueBaseOptions,
  Worker,
} from 'bullmq';
import { logLostConnections, owned } from '../../persistence/postgres-connections.ts';
import type { Logger } from '../../process/logging.ts';
import type { BullBackend } from '../bullmq-jobs.ts';
import { type JobRetries, jobOptions, WORKER_TIMES } from '../job-rules.ts';
import type { SharedPostgresConnection } from './shared-postgres-connection.ts';

export interface PostgresJobsDeps {
  databaseUrl: string;
  /** The PostgreSQL schema of BullMQ's tables; created and migrated by the first use. */
  schema: string;
  retries: JobRetries;
  logger: Logger;
}

export interface PostgresJobsBackend extends BullBackend {
  ping(): Promise<void>;
}

/** For short queries of all queues and workers together; one more connection listens for new jobs. */
const POOL_SIZE = 6;

/**
 * BullMQ on PostgreSQL. BullMQ would open a pool for each queue and two for each worker; here all share one
 * connection object. It is opened, and the package loaded, by the first use, so that starting waits for
 * neither.
 */
export const createPostgresJobsBackend = (deps: PostgresJobsDeps): PostgresJobsBackend => {
  const { databaseUrl, schema, retries, logger } = deps;
  const blocking = new Set<PostgresQueueBackend>();
  const onLost = logLostConnections(logger);
  let opening: Promise<SharedPostgresConnection> | undefined;

  const open = async (): Promise<SharedPostgresConnection> => {
    const { SharedPostgresConnection } = await import('./shared-postgres-connection.ts');
    const options = owned(
      {
        connectionString: databaseUrl,
        schema,
        migrate: true,
        max: POOL_SIZE,
        connectionTimeoutMillis: 3_000,
      },
      onLost,
    );
    const connection = new SharedPostgresConnection(options, options.Client);
    // A backend that does not own its connection is not notified when the listening client was replaced.
    connection.on('listenerinvalidated', async () => {
      for (const backend of blocking) {
        await backend.reconnectBlocking();
        await backend.disconnect();
      }
    });
    try {
      await connection.waitUntilReady();
      return connection;
    } catch (error) {
      await connection.close().catch(() => undefined);
      throw error;
    }
  };

  const connected = async (): Promise<SharedPostgresConnection> => {
    opening ??= open();
    const attempt = opening;
    try {
      return await attempt;
    } catch (error) {
      if (opening === attempt) opening = undefined;
      throw error;
    }
  };

  /** BullMQ's classes on the shared connection. */
  const classesOn = async (connection: SharedPostgresConnection) => {
    const bullmq = await import('bullmq');
    return bullmq.withBackend<PostgresQueueBackend, PostgresConnectionOptions>(
      (
        name,
        options: QueueBaseOptions<PostgresConnectionOptions>,
        { withBlockingConnection } = {},
      ) => {
        const backend = new bullmq.PostgresQueueBackend(connection, name, options, false);
        if (withBlockingConnection) blocking.add(backend);
        return backend;
      },
    );
  };

  return {
    async openQueue(name) {
      const connection = await connected();
      const { Queue } = await classesOn(connection);
      const queue = new Queue(name, {
        connection: connection.pool,
        defaultJobOptions: jobOptions(retries),
      });
      queue.on('error', (error) =>
        logger.debug({ err: error, queue: name }, 'A queue has trouble'),
      );
      // The same class, with its backend in its type.
      return queue as unknown as Queue;
    },

    async openWorker(name, process, concurrency) {
      const connection = await connected();
      const { Worker } = await classesOn(connection);
      const worker = new Worker(name, process, {
        ...WORKER_TIMES,
        connection: connection.pool,
        concurrency,
      });
      worker.on('closed', () => blocking.delete(worker.backend));
      return worker as unknown as Worker;
    },

    async ping() {
      if (opening) await (await opening).pool.query('select 1');
    },

    async close() {
      await opening?.then(
        (connection) => connection.close(),
        () => undefined,
      );
    },
  };
};
