import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../process/free-port.ts';
import { commandLine, isAlive } from '../process/process-identity.ts';
import { stopWithParent } from '../process/stop-with-parent.ts';
import { dataNotWritable, redisFailed } from '../startup-error.ts';
import type { Redis } from './find-redis.ts';

export const PID_FILE = 'redis.pid';

const READY_WITHIN_MS = 20_000;
const STOPPED_WITHIN_MS = 5_000;

/**
 * Starts a Redis (or Valkey) on a free port of 127.0.0.1, as a child that does not outlive this
 * process. What it holds survives a restart (append-only file), and it refuses writes rather than
 * forgetting jobs when memory is short.
 *
 * @throws StartupError DATA_NOT_WRITABLE, REDIS_FAILED
 */
export async function startRedis(program: string, folder: string): Promise<Redis> {
  const dataDir = resolve(folder);
  try {
    mkdirSync(dataDir, { recursive: true });
  } catch (error) {
    throw dataNotWritable(dataDir, error);
  }
  const pidFile = join(dataDir, PID_FILE);
  const logFile = join(dataDir, 'redis.log');
  await clearLeftOver(pidFile, dataDir);
  rmSync(logFile, { force: true });
  const port = await freePort();
  const server = spawn(program, serverArguments({ port, dataDir, pidFile, logFile }), {
    cwd: dataDir,
    stdio: 'ignore',
    detached: true,
  });
  const exited = once(server, 'exit').catch(() => {});
  server.unref();
  const gaveUpAt = Date.now() + READY_WITHIN_MS;
  while (!(await answersPing(port))) {
    if (server.exitCode !== null || server.signalCode || Date.now() > gaveUpAt) {
      server.kill('SIGKILL');
      throw redisFailed(readLog(logFile));
    }
    await sleep(10);
  }
  const pid = server.pid as number;
  const watcher = stopWithParent({ pid, pidFile, signal: 'TERM' });
  const stop = async () => {
    watcher.cancel();
    if (server.exitCode !== null || server.signalCode) return;
    server.kill('SIGTERM');
    server.ref();
    const timer = setTimeout(() => server.kill('SIGKILL'), STOPPED_WITHIN_MS);
    await exited;
    clearTimeout(timer);
  };
  return { url: `redis://127.0.0.1:${port}`, source: basename(program), stop };
}

function serverArguments(at: { port: number; dataDir: string; pidFile: string; logFile: string }) {
  const settings: Record<string, string | number> = {
    port: at.port,
    bind: '127.0.0.1',
    dir: at.dataDir,
    pidfile: at.pidFile,
    logfile: at.logFile,
    daemonize: 'no',
    appendonly: 'yes',
    save: '',
    'maxmemory-policy': 'noeviction',
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** Ends a server that a crash left running on this data, so that two never write the same file. */
async function clearLeftOver(pidFile: string, dataDir: string): Promise<void> {
  const pid = Number(readLog(pidFile));
  // Redis shows `redis-server 127.0.0.1:6379` as its command line.
  const isOurs = () => isAlive(pid) && /(redis|valkey)-server/.test(commandLine(pid) ?? '');
  if (!pid || !isOurs()) return;
  process.kill(pid, 'SIGTERM');
  const gaveUpAt = Date.now() + STOPPED_WITHIN_MS;
  while (isOurs()) {
    if (Date.now() > gaveUpAt) throw redisFailed(`process ${pid} still uses ${dataDir}`);
    await sleep(20);
  }
}

function readLog(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(-500);
  } catch {
    return '';
  }
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('data', (reply) => {
      resolve(reply.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.on('error', () => {});
    socket.once('close', () => resolve(false));
  });
}
