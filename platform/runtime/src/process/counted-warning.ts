import type { Logger } from './logging.ts';

/** The longest pause between two lines about the same trouble. */
const LONGEST_PAUSE_MS = 10 * 60_000;
/** After this long without a warning, the next one counts as new trouble. */
const QUIET_MS = 20_000;

/**
 * A warning about something that happens to many at once when a server is away: the first is logged at once,
 * later ones as one line with their number. The pauses between these lines double for as long as the trouble
 * lasts, from `everyMs` on: an outage of an hour is some fifteen lines, not one a second.
 */
export function countedWarning(
  logger: Logger,
  message: string,
  everyMs = 1_000,
): (details: Readonly<Record<string, unknown>>) => void {
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = everyMs;
  let since = 0;
  let last: Readonly<Record<string, unknown>> = {};
  let lastAt = Number.NEGATIVE_INFINITY;
  let toldAt = 0;
  const summarise = () => {
    clearTimeout(timer);
    timer = undefined;
    if (since === 0) return;
    logger.warn({ ...last, times: since }, message);
    since = 0;
    toldAt = performance.now();
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  };
  return (details) => {
    const now = performance.now();
    const isNew = now - lastAt > QUIET_MS;
    lastAt = now;
    if (isNew) {
      summarise();
      logger.warn(details, message);
      toldAt = now;
      pauseMs = everyMs;
      return;
    }
    since += 1;
    last = details;
    timer ??= setTimeout(summarise, Math.max(0, toldAt + pauseMs - now)).unref();
  };
}

/** Milliseconds in which the warnings of thousands of clients are one line. */
const SHARED_EVERY_MS = 10_000;
const shared = new WeakMap<Logger, Map<string, ReturnType<typeof countedWarning>>>();

/** Warns, in one counted line, about something that happens to many short-lived objects. */
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
