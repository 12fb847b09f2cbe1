import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { childServer, endOf, hasEnded } from '../process/child-server.ts';
import { stopWithParent } from '../process/stop-with-parent.ts';
import type { ServerChild } from '../process/supervise.ts';
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
  /** Where the server writes; read again to tell why it did not start. */
  readonly logFile: string;
}

/** Recovery after a crash replays the log first, so readiness may take a while. */
const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 10_000;

/** Processes of a server that was killed hold its shared memory until they notice. */
const MEMORY_FREE_WITHIN_MS = 10_000;
const MEMORY_IN_USE = /pre-existing shared memory block/;

/** Runs the server until it is ready for connections. */
export async function runServer(options: ServerProcess): Promise<ServerChild> {
  const gaveUpAt = Date.now() + MEMORY_FREE_WITHIN_MS;
  for (;;) {
    try {
      return await runOnce(options);
    } catch (error) {
      if (!MEMORY_IN_USE.test((error as Error).message) || Date.now() > gaveUpAt) throw error;
      await sleep(50);
    }
  }
}

async function runOnce(options: ServerProcess): Promise<ServerChild> {
  const { binaries, cluster, account, settings, logFile } = options;
  const log = openSync(logFile, 'a', 0o600);
  const logBefore = statSync(logFile).size;
  // Detached: a Ctrl-C in the terminal reaches us alone, and we close our connections before it.
  const server = spawn(binaries.postgres, ['-D', cluster, ...serverSettings(settings)], {
    ...account,
    cwd: '/',
    env: serverEnvironment(),
    stdio: ['ignore', log, log],
    detached: true,
  });
  const ended = endOf(server);
  closeSync(log);
  server.unref();
  const gaveUpAt = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const running = readPostmaster(cluster);
    if (server.pid !== undefined && running?.pid === server.pid && running?.ready) break;
    if (server.pid === undefined || hasEnded(server) || Date.now() > gaveUpAt) {
      server.kill('SIGQUIT');
      const written = readFileSync(logFile).subarray(logBefore).toString();
      throw explain(written || (server.pid === undefined ? await ended : ''), settings.port);
    }
    await sleep(10);
  }
  const watcher = stopWithParent({
    pid: server.pid,
    pidFile: postmasterFile(cluster),
    signal: 'INT',
    ...account,
  });
  // SIGINT is PostgreSQL's fast shutdown: ends connections, writes a checkpoint, exits.
  return childServer(server, ended, {
    ask: 'SIGINT',
    insist: 'SIGQUIT',
    withinMs: STOPPED_WITHIN_MS,
    onEnd: watcher.cancel,
  });
}

function explain(log: string, port: number): Error {
  if (/could not bind .*address/i.test(log)) return postgresPortTaken(port);
  const fatal = log.split('\n').filter((line) => /FATAL|PANIC|ERROR|HINT/.test(line));
  return postgresFailed('did not start', fatal.join(' ') || log.slice(-500));
}
