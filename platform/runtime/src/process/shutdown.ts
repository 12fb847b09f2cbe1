import type { Logger } from './logging.ts';

export interface Shutdown {
  /** True once a stop was requested. */
  readonly stopping: boolean;
  /** Resolves to the process's exit code when everything is closed. */
  readonly finished: Promise<number>;
  /** Steps run in the order in which they are added; each is awaited. */
  onStop(name: string, close: () => Promise<void> | void): void;
  stop(reason: string): void;
}

export interface ShutdownOptions {
  logger: Logger;
  /** Milliseconds between failing readiness and closing, so that load balancers can notice. */
  drainLagMs?: number;
  /** Milliseconds after which the process ends, whatever is still running. */
  hardLimitMs?: number;
}

/**
 * The orderly end of a process on SIGTERM, SIGINT, or an uncaught error: readiness turns false, load
 * balancers get time, then every step closes in turn. A second signal ends the process at once.
 */
export function createShutdown({
  logger,
  drainLagMs = 0,
  hardLimitMs = 20_000,
}: ShutdownOptions): Shutdown {
  const steps: { name: string; close: () => Promise<void> | void }[] = [];
  let stopping = false;
  let finish: (code: number) => void = () => {};
  const finished = new Promise<number>((resolve) => {
    finish = resolve;
  });

  const stop = (reason: string, code = 0) => {
    if (stopping) return;
    stopping = true;
    logger.info({ reason }, 'stopping');
    setTimeout(() => {
      logger.error('stopping took too long');
      process.exit(1);
    }, drainLagMs + hardLimitMs).unref();
    setTimeout(async () => {
      for (const { name, close } of steps) {
        try {
          await close();
        } catch (err) {
          logger.warn({ err, step: name }, 'could not close');
        }
      }
      finish(code);
    }, drainLagMs);
  };

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping && signal === 'SIGINT') process.exit(130);
      stop(signal);
    });
  }
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(fault, (err: unknown) => {
      logger.fatal({ err }, fault);
      stop(fault, 1);
    });
  }
  return {
    get stopping() {
      return stopping;
    },
    finished,
    onStop: (name, close) => {
      steps.push({ name, close });
    },
    stop,
  };
}
