import type { Logger } from './logging.ts';

/**
 * A warning about what happens to many at once when a server is away: the first is logged at once,
 * those of the second after it as one more line with their number.
 */
export function countedWarning(
  logger: Logger,
  message: string,
  everyMs = 1_000,
): (details: Readonly<Record<string, unknown>>) => void {
  let timer: NodeJS.Timeout | undefined;
  let since = 0;
  let last: Readonly<Record<string, unknown>> = {};
  const summarise = () => {
    timer = undefined;
    if (since === 0) return;
    logger.warn({ ...last, times: since }, message);
    since = 0;
    timer = setTimeout(summarise, everyMs).unref();
  };
  return (details) => {
    if (!timer) {
      logger.warn(details, message);
      timer = setTimeout(summarise, everyMs).unref();
      return;
    }
    since += 1;
    last = details;
  };
}

/** Milliseconds in which the warnings of thousands of clients are one line. */
const SHARED_EVERY_MS = 10_000;
const shared = new WeakMap<Logger, Map<string, ReturnType<typeof countedWarning>>>();

/** Warns, in one counted line, of what many objects meet, none of which lives as long as the trouble. */
export function warnCounted(
  logger: Logger,
  message: string,
  details: Readonly<Record<string, unknown>>,
): void {
  const warnings = shared.get(logger) ?? new Map<string, ReturnType<typeof countedWarning>>();
  shared.set(logger, warnings);
  const warn = warnings.get(message) ?? countedWarning(logger, message, SHARED_EVERY_MS);
  warnings.set(message, warn);
  warn(details);
}
