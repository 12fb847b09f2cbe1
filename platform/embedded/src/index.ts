export { discardPostgres } from './postgres/discard-postgres.ts';
export { type Postgres, type PostgresOptions, startPostgres } from './postgres/start-postgres.ts';
export { startTemporaryPostgres } from './postgres/start-temporary-postgres.ts';
export { usePostgres } from './postgres/use-postgres.ts';
export { isPortTaken } from './process/free-port.ts';
export { findRedis, type Redis, type RedisOptions } from './redis/find-redis.ts';
export { useRedis } from './redis/use-redis.ts';
export { StartupError } from './startup-error.ts';
