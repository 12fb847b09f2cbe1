import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '@souk/testkit';

const LAUNCH = fileURLToPath(new URL('../../local/launch.mjs', import.meta.url));

export interface NpmStart {
  readonly child: ChildProcess;
  /** All it has printed so far, on both streams. */
  output(): string;
  /** Resolves to the exit code. */
  readonly exited: Promise<number | null>;
  /**
   * The address of the gateway, once the banner was printed; rejects with the output if the process ends
   * before.
   */
  url(): Promise<string>;
  stop(): Promise<void>;
}

/** Runs what `npm start -- …` runs, as a process of its own. */
export function npmStart(args: readonly string[], env: NodeJS.ProcessEnv = {}): NpmStart {
  const child = spawn(process.execPath, [LAUNCH, 'src/main.ts', ...args], {
    env: { ...process.env, REDIS_URL: '', LOG_LEVEL: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
  }
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return {
    child,
    output: () => text,
    exited,
    url: async () => {
      await until(() => child.exitCode !== null || /Ctrl-C stops/.test(text), {
        within: 150_000,
        describe: () => text,
      });
      const [, url] = /endpoint +(http:\S+)\/graphql/.exec(text) ?? [];
      if (!url) throw new Error(text);
      return url;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
