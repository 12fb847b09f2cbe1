import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';

/** One core each, where the system can pin: the measured server's, and that of all the rest. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;
export const canPin = spawnSync('taskset', ['-V']).status === 0;
let pins = canPin;

/** From now on the system places every process on its cores, as where a server runs in earnest. */
export function leaveToTheSystem(): void {
  pins = false;
}

export interface Started {
  readonly pid: number;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly file: string;
  readonly args: readonly string[];
  /** Or a list of them, as `taskset` takes it. */
  readonly core: number | string;
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Open a channel for messages to and from a Node process. */
  readonly channel?: boolean;
}

export function start({ file, args, core, logFile, env, cwd, channel }: StartOptions): Started {
  const log = openSync(logFile, 'a');
  const [command, all] = pins
    ? ['taskset', ['-c', String(core), file, ...args]]
    : [file, [...args]];
  const child: ChildProcess = spawn(command, all, {
    env: { ...process.env, ...env },
    cwd,
    stdio: ['ignore', log, log, ...(channel ? (['ipc'] as const) : [])],
  });
  closeSync(log);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid: child.pid as number,
    child,
    async stop() {
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await exited;
      clearTimeout(killer);
    },
  };
}

/** Puts this process on a core as well. */
export function pinSelf(core: number): void {
  if (pins) spawnSync('taskset', ['-acp', String(core), String(process.pid)]);
}

/** Tries until somebody answers on the port, whatever the answer. */
export async function untilListening(port: number, milliseconds = 30_000): Promise<void> {
  const until = performance.now() + milliseconds;
  for (;;) {
    const answered = await new Promise<boolean>((resolve) => {
      const probe = request({ port, host: '127.0.0.1', timeout: 1_000 }, (response) => {
        response.resume();
        resolve(true);
      });
      probe.on('timeout', () => probe.destroy(new Error('no answer')));
      probe.on('error', () => resolve(false));
      probe.end();
    });
    if (answered) return;
    if (performance.now() > until) throw new Error(`Nobody listens on port ${port}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Processor time that a process's threads have used; not a number where the system does not say. */
export function cpuSeconds(pid: number): number {
  const nanoseconds = threadsOf(pid).map((thread) =>
    Number(procFile(pid, `task/${thread}/schedstat`).split(' ')[0]),
  );
  return nanoseconds.length > 0 ? nanoseconds.reduce((sum, one) => sum + one, 0) / 1e9 : Number.NaN;
}

/** The same for the thread that runs its code, and for all the others together. */
export function threadSeconds(pid: number): { readonly main: number; readonly others: number } {
  const main = Number(procFile(pid, `task/${pid}/schedstat`).split(' ')[0]) / 1e9;
  return { main, others: cpuSeconds(pid) - main };
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Memory in use; not a number where the system does not say. */
export const residentMegabytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(procFile(pid, 'status'))?.[1]) / 1_024;

function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
