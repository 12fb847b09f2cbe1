import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

export interface ForkedProgram {
  readonly child: ChildProcess;
  /** All it has written so far, on both streams. */
  output(): string;
  /** The next message it sends; rejects with its output when it ends before. */
  next(): Promise<unknown>;
}

/** Runs a program, in TypeScript or bundled, as a process of its own, which answers by messages. */
export function forkProgram(file: URL, env: NodeJS.ProcessEnv = process.env): ForkedProgram {
  const child = fork(file, {
    execArgv: loaderOf(file),
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => {
    throw new Error(`${file.pathname} ended with ${signal ?? code}: ${output}`);
  });
  // One that ends when nobody waits for it is nobody's fault.
  ended.catch(() => {});
  return {
    child,
    output: () => output,
    next: async () => (await Promise.race([once(child, 'message'), ended]))[0],
  };
}

/** What Node needs to run a program. */
export const loaderOf = ({ pathname }: URL): string[] =>
  pathname.endsWith('.ts') ? ['--import', 'tsx'] : [];
