import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseEnv, promisify } from 'node:util';
import { freePort } from '@souk/embedded';
import { until } from '@souk/testkit';
import { type ComposeService, ROOT } from './compose-file.ts';

const run = promisify(execFile);
const root = fileURLToPath(ROOT);

export interface ComposedProcess {
  readonly name: string;
  readonly child: ChildProcess;
  readonly port: number;
  /** All it said so far. */
  output(): string;
}

/** A fresh `.env`, made as the operations guide says. */
export async function freshKeys(): Promise<Record<string, string>> {
  const { stdout } = await run(process.execPath, ['deploy/keys.mjs'], { cwd: root });
  return parseEnv(stdout) as Record<string, string>;
}

/**
 * The environment after a step of a rotation: `begin`, `switch` or `end`. The rotation before counts as one of long ago:
 * whoever rotates again holds nothing by its keys any more.
 */
export async function rotateKeys(
  step: string,
  { KEYS_ROTATED_AT: _, ...keys }: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const lines = Object.entries(keys).map(([name, value]) => `${name}='${value}'`);
  const input = Buffer.from(lines.join('\n'));
  const { code, stdout, said } = await runToEnd(['deploy/rotate-keys.mjs', step], {}, input);
  if (code !== 0) throw new Error(said);
  return parseEnv(stdout.toString()) as Record<string, string>;
}

/** Starts a service's own command in the image's working folder, which is the repository's root. */
export function startProcess(name: string, { command = [] }: ComposeService, env: Environment) {
  const [program, ...args] = command;
  if (program !== 'node') throw new Error(`${name} runs ${program}, which is not in the image.`);
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  return { name, child, port: Number(env.PORT), output: () => said } satisfies ComposedProcess;
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: Buffer;
  /** Both streams, as text. */
  readonly said: string;
}

/** Runs Node in the image's working folder until it ends. */
export async function runToEnd(
  args: readonly string[],
  env: Environment,
  input?: Buffer,
): Promise<CommandResult> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  // A command that refuses may end before it has read all.
  child.stdin.on('error', () => undefined).end(input);
  const [stdout, stderr] = await Promise.all([buffer(child.stdout), text(child.stderr)]);
  const [code] = await ended;
  return { code, stdout, said: `${stdout.toString()}${stderr}` };
}

export type Environment = Record<string, string | undefined>;

/** Waits until it can work; throws what it said when it ends before that. */
export async function readiness({ name, child, port, output }: ComposedProcess): Promise<void> {
  await until(
    async () => {
      if (child.exitCode !== null) throw new Error(`${name} ended: ${output()}`);
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
      return answer?.ok;
    },
    { within: 90_000, describe: () => `${name} is not ready: ${output().slice(-2_000)}` },
  );
}

/** Its exit code, or the signal it died of. */
export async function exitOf({ child }: ComposedProcess): Promise<number | string> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode ?? child.signalCode ?? 'unknown';
}

/** Free ports of this machine, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
