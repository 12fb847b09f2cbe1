import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Logger, Shutdown } from '@souk/runtime/process';

export interface ManyProcessesOptions {
  readonly processes: number;
  /** Their command line and environment. */
  readonly env: NodeJS.ProcessEnv;
  /** The port of the first operational server; the others use the ports after it. */
  readonly metricsPort: number | undefined;
  readonly shutdown: Pick<Shutdown, 'stopping' | 'onStop' | 'stop'>;
  readonly logger: Logger;
}

/** Milliseconds until a process that has ended is restarted. */
const PAUSE_MS = 500;
const SERVING = 'serving';

/** Tells the parent process, if there is one. */
export const reportServing = (): void => void process.send?.(SERVING);

/**
 * Runs this program several times on one port. Connections are distributed in turn, and a process that ends
 * is restarted. One that ends before it has served would fail again: then all are stopped.
 */
export function runManyProcesses({
  processes,
  env,
  metricsPort,
  shutdown,
  logger,
}: ManyProcessesOptions): void {
  const start = (place: number): void => {
    const worker = cluster.fork({
      ...env,
      GATEWAY_PROCESS: String(place),
      ...(metricsPort ? { METRICS_PORT: String(metricsPort + place - 1) } : {}),
    });
    let hasServed = false;
    worker.on('message', (message) => {
      hasServed ||= message === SERVING;
    });
    worker.once('exit', (code, signal) => {
      if (shutdown.stopping) return;
      const details = { process: place, code, signal };
      if (!hasServed) {
        logger.fatal(details, 'a process of the gateway could not start');
        shutdown.stop('a process could not start');
        process.exitCode = 1;
        return;
      }
      logger.error(details, 'a process of the gateway has ended; it is started again');
      setTimeout(() => {
        if (!shutdown.stopping) start(place);
      }, PAUSE_MS);
    });
  };
  for (let place = 1; place <= processes; place += 1) start(place);
  shutdown.onStop('processes', async () => {
    await Promise.all(Object.values(cluster.workers ?? {}).map((worker) => worker && end(worker)));
  });
}

async function end(worker: Worker): Promise<void> {
  if (worker.isDead()) return;
  const exited = once(worker, 'exit');
  worker.process.kill('SIGTERM');
  await exited;
}

/** The index of this process among several; undefined when it is the only one. */
export const placeAmongMany = (): number | undefined =>
  cluster.isWorker ? Number(process.env.GATEWAY_PROCESS) : undefined;

/** Whether this process starts the others and serves nobody itself. */
export const startsTheOthers = (processes: number): boolean => processes > 1 && cluster.isPrimary;
