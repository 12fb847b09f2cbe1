import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { stopWithParent } from '../process/stop-with-parent.ts';
import { postgresFailed, postgresPortTaken } from '../startup-error.ts';
import type { PostgresBinaries } from './binaries.ts';
import { postmasterFile, readPostmaster } from './postmaster-file.ts';
import type { ServerAccount } from './server-account.ts';
import { serverEnvironment } from './server-environment.ts';
import { type ServerSettings, serverSettings } from './server-settings.ts';

export interface ServerProcess {
  readonly binaries: PostgresBinaries;
  readonly cluster: string;
  readonly account: ServerAccount;
  readonly settings: ServerSettings;
  /** An open file that the server writes to; read again to tell why it did not start. */
  readonly log: number;
  readonly logFile: string;
}

/** Recovery after a crash replays the log first, so readiness may take a while. */
const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 10_000;

/** Runs the server until it is ready for connections, and returns how to stop it. */
export async function runServer(options: ServerProcess): Promise<() => Promise<void>> {
  const { binaries, cluster, account, settings, log, logFile } = options;
  // Detached: a Ctrl-C in the terminal reaches us alone, and we close our connections before it.
  const server = spawn(binaries.postgres, ['-D', cluster, ...serverSettings(settings)], {
    ...account,
    cwd: '/',
    env: serverEnvironment(),
    stdio: ['ignore', log, log],
    detached: true,
  });
  let failure: Error | undefined;
  server.on('error', (error) => {
    failure = error;
  });
  const exited = once(server, 'exit').catch(() => {});
  server.unref();
  const gaveUpAt = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const running = readPostmaster(cluster);
    if (running?.pid === server.pid && running?.ready) break;
    if (failure || server.exitCode !== null || server.signalCode || Date.now() > gaveUpAt) {
      server.kill('SIGQUIT');
      throw failure ?? explain(readFileSync(logFile, 'utf8'), settings.port);
    }
    await sleep(10);
  }
  const pid = server.pid as number;
  const watcher = stopWithParent({
    pid,
    pidFile: postmasterFile(cluster),
    signal: 'INT',
    ...account,
  });
  return async () => {
    watcher.cancel();
    if (server.exitCode !== null || server.signalCode) return;
    // SIGINT is PostgreSQL's fast shutdown: ends connections, writes a checkpoint, exits.
    server.kill('SIGINT');
    server.ref();
    const timer = setTimeout(() => server.kill('SIGQUIT'), STOPPED_WITHIN_MS);
    await exited;
    clearTimeout(timer);
  };
}

function explain(log: string, port: number): Error {
  if (/could not bind .*address/i.test(log)) return postgresPortTaken(port);
  const fatal = log.split('\n').filter((line) => /FATAL|PANIC|ERROR|HINT/.test(line));
  return postgresFailed('did not start', fatal.join(' ') || log.slice(-500));
}
