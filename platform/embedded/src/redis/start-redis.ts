import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childServer, endOf, hasEnded } from '../process/child-server.ts';
import { freePort } from '../process/free-port.ts';
import { takeInstanceLock } from '../process/instance-lock.ts';
import { makeFolder } from '../process/make-folder.ts';
import { commandLine, isAlive } from '../process/process-identity.ts';
import { stopWithParent } from '../process/stop-with-parent.ts';
import { type OnServerChange, type ServerChild, supervise } from '../process/supervise.ts';
import { dataNotWritable, redisAlreadyRunning, redisFailed } from '../startup-error.ts';
import type { Redis } from './find-redis.ts';

export const PID_FILE = 'redis.pid';
export const LOCK_FILE = 'instance.lock';

const READY_WITHIN_MS = 20_000;
const STOPPED_WITHIN_MS = 5_000;

/**
 * Starts a Redis (or Valkey) on a free port of 127.0.0.1, as a child that does not outlive this
 * process and is started again when it ends. What it holds survives a restart (append-only file), and
 * it refuses writes rather than forgetting jobs when memory is short. The data is locked before
 * anything there is touched.
 *
 * @throws StartupError REDIS_ALREADY_RUNNING, DATA_NOT_WRITABLE, REDIS_FAILED
 */
export async function startRedis(
  program: string,
  folder: string,
  onChange?: OnServerChange,
): Promise<Redis> {
  const dataDir = resolve(folder);
  const lock = lockData(dataDir);
  try {
    await clearLeftOver(join(dataDir, PID_FILE), dataDir);
    const port = await freePort();
    rmSync(join(dataDir, 'redis.log'), { force: true });
    const supervised = await supervise({
      server: 'Redis',
      start: () => runRedis({ program, port, dataDir }),
      onChange,
    });
    return {
      url: `redis://127.0.0.1:${port}`,
      source: basename(program),
      get running() {
        return supervised.running;
      },
      stop: () => supervised.stop().finally(lock.release),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function lockData(dataDir: string) {
  try {
    makeFolder(dataDir);
    return takeInstanceLock(join(dataDir, LOCK_FILE), (pid) => redisAlreadyRunning(dataDir, pid));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall) throw dataNotWritable(dataDir, error);
    throw error;
  }
}

/** Runs the server until it answers. */
async function runRedis(at: {
  program: string;
  port: number;
  dataDir: string;
}): Promise<ServerChild> {
  const { program, port, dataDir } = at;
  const pidFile = join(dataDir, PID_FILE);
  const logFile = join(dataDir, 'redis.log');
  const server = spawn(program, serverArguments({ port, dataDir, pidFile, logFile }), {
    cwd: dataDir,
    stdio: 'ignore',
    detached: true,
  });
  const ended = endOf(server);
  server.unref();
  const gaveUpAt = Date.now() + READY_WITHIN_MS;
  while (!(await answersPing(port))) {
    if (server.pid === undefined || hasEnded(server) || Date.now() > gaveUpAt) {
      server.kill('SIGKILL');
      throw redisFailed(readLog(logFile));
    }
    await sleep(10);
  }
  const watcher = stopWithParent({ pid: server.pid as number, pidFile, signal: 'TERM' });
  return childServer(server, ended, {
    ask: 'SIGTERM',
    insist: 'SIGKILL',
    withinMs: STOPPED_WITHIN_MS,
    onEnd: watcher.cancel,
  });
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
