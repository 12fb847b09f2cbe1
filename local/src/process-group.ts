import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

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
}

/**
 * Runs Node processes side by side and writes their lines with their names in front. Each is a child
 * of this process itself, in a session of its own: wrappers such as `npx` lose signals, and a Ctrl-C
 * reaches only this process, which stops the others in order.
 */
export function startProcessGroup(
  processes: readonly GroupedProcess[],
  write: (line: string) => void,
): ProcessGroup {
  const width = Math.max(...processes.map(({ name }) => name.length));
  const children = processes.map(({ name, cwd, args, env }) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => write(`${name.padEnd(width)}  ${line}`));
    }
    return child;
  });
  return {
    async stop(graceMs = 15_000) {
      await Promise.all(children.map((child) => end(child, graceMs)));
    },
  };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode !== null || signalCode !== null;

/** The whole session of the child: `node --watch` runs the program as a child of its own. */
async function end(child: ChildProcess, graceMs: number): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  await ended;
  clearTimeout(timer);
  signalGroup(child, 'SIGKILL');
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals) {
  try {
    if (pid) process.kill(-pid, signal);
  } catch {
    // Nothing of it is left.
  }
}
