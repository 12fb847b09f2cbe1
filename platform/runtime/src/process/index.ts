/** What each process needs before it serves: configuration, logging, probes, orderly shutdown. */

export { batchedByTurn } from './batched-by-turn.ts';
export {
  ConfigError,
  type ConfigOf,
  flag,
  integer,
  json,
  listOf,
  oneOf,
  optional,
  port,
  readConfig,
  type Setting,
  text,
  url,
} from './config.ts';
export { countedWarning, warnCounted } from './counted-warning.ts';
export { drainConnections } from './draining-connections.ts';
export { createExpiringMap, type ExpiringMap } from './expiring-map.ts';
export { createFairTurns } from './fair-turns.ts';
export { createLogger, LONGEST_NAME, type Logger, silentLogger } from './logging.ts';
export { metricsSettings } from './metrics-settings.ts';
export { oneByOne } from './one-by-one.ts';
export { needing, type Probes, probeAnswer, redisAway } from './probes.ts';
export { type BodyReceiver, collectBody } from './request-body.ts';
export { type LineFields, RequestLines } from './request-lines.ts';
export { createShutdown, type Shutdown } from './shutdown.ts';
export {
  cutOffSlowReaders,
  DEFAULT_READING_LIMITS,
  type ReadingLimits,
  slowClients,
} from './slow-readers.ts';
export { startTelemetry } from './start-telemetry.ts';
export { textOfVariable } from './text-of-variable.ts';
export { onWebSocketUpgrade } from './web-socket-upgrades.ts';
export { type DueWork, workThrough } from './work-through.ts';
