import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { stopGroupWithParent } from '@souk/embedded';

export interface GroupedProcess {
  /** Shown before each of its lines. */
  name: string;
  cwd: string;
  /** What Node runs, with its options. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
}

export interface ProcessGroup {
  /** Sends SIGTERM to each and waits; SIGKILL for what is left after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
  /** Stops one and starts it anew: for changes that its own watcher does not see. */
  restart(name: string): Promise<void>;
}

/**
 * Runs Node processes side by side and writes their lines with their names in front. Each is a child
 * of this process itself, in a session of its own: wrappers such as `npx` lose signals, and a Ctrl-C
 * reaches only this process, which stops the others in order. They end with it even when it is killed.
 */
export function startProcessGroup(
  processes: readonly GroupedProcess[],
  write: (line: string) => void,
): ProcessGroup {
  const width = Math.max(...processes.map(({ name }) => name.length));
  const start = ({ name, cwd, args, env }: GroupedProcess): Child => {
    const child = spawn(process.execPath, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => write(`${name.padEnd(width)}  ${line}`));
    }
    return { child, guard: child.pid ? stopGroupWithParent(child.pid) : null };
  };
  const children = new Map(processes.map((process) => [process.name, start(process)]));
  return {
    async stop(graceMs = 15_000) {
      await Promise.all([...children.values()].map((child) => end(child, graceMs)));
    },
    async restart(name) {
      const process = processes.find((it) => it.name === name);
      const running = children.get(name);
      if (!process || !running) return;
      await end(running, 5_000);
      children.set(name, start(process));
    },
  };
}

interface Child {
  readonly child: ChildProcess;
  /** Ends it should this process be killed. */
  readonly guard: ReturnType<typeof stopGroupWithParent> | null;
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode !== null || signalCode !== null;

/** The whole session of the child: `node --watch` runs the program as a child of its own. */
async function end({ child, guard }: Child, graceMs: number): Promise<void> {
  if (hasEnded(child)) return guard?.cancel();
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  await ended;
  clearTimeout(timer);
  signalGroup(child, 'SIGKILL');
  guard?.cancel();
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals) {
  try {
    if (pid) process.kill(-pid, signal);
  } catch {
    // Nothing of it is left.
  }
}
