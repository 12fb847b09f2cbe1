import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Viewer } from '@souk/runtime/domain';
import type { Subgraph } from '@souk/runtime/subgraph';
import { bundleProgram } from '../bundle-program.ts';
import { loaderOf } from '../fork-program.ts';
import type { Answer } from '../start-subgraph.ts';
import { type CrashPoint, type CrashPoints, REACHED } from './crash-points.ts';

/** The commands to a subgraph in another process. */
interface Asked {
  id: number;
  query: string;
  variables: Record<string, unknown>;
  viewer: Viewer | null;
}

type ToProcess<Setting> = { setting: Setting } | { arm: CrashPoint; id: number } | { ask: Asked };
type FromProcess = { isReady: true } | { id: number; answer: Answer | null };

/** A process that is ended at named points with SIGKILL, by its id, and started again each time. */
export interface CrashingProcess extends AsyncDisposable {
  /** The process of now; another one after each end. */
  readonly pid: number;
  /** Rejects when the process ends before it has answered, as a connection to it would break. */
  ask(query: string, variables?: Record<string, unknown>, viewer?: Viewer | null): Promise<Answer>;
  /** Resolves once it is armed, to what resolves once the process was ended there and is started again. */
  killAt(point: CrashPoint): Promise<{ killed: Promise<void> }>;
}

/**
 * Starts a file that calls `serveUntilKilled`, in a process of its own.
 *
 * @param setting handed to each process that is started
 */
export async function startCrashing<Setting extends object>(
  file: URL,
  setting: Setting,
): Promise<CrashingProcess> {
  let isOver = false;
  let asked = 0;
  let current: Running;
  // It is started once for each point.
  const program = await bundleProgram(file);
  const begin = async () => {
    current = await run(program, setting);
  };
  await begin();
  const send = (make: (id: number) => ToProcess<Setting>): Promise<Answer | null> => {
    asked += 1;
    return current.send(asked, make(asked));
  };
  return {
    get pid() {
      return current.child.pid as number;
    },
    ask: async (query, variables = {}, viewer = null) =>
      (await send((id) => ({ ask: { id, query, variables, viewer } }))) as Answer,
    killAt: async (arm) => {
      const { child, reached } = current;
      await send((id) => ({ arm, id }));
      const killed = reached.then(async () => {
        process.kill(child.pid as number, 'SIGKILL');
        if (!isOver) await begin();
      });
      return { killed };
    },
    [Symbol.asyncDispose]: async () => {
      isOver = true;
      current.child.kill('SIGKILL');
    },
  };
}

interface Running {
  readonly child: ChildProcess;
  /** Resolves when it has stopped at the point that it was armed with. */
  readonly reached: Promise<void>;
  send(id: number, message: object): Promise<Answer | null>;
}

async function run(file: URL, setting: object): Promise<Running> {
  const child = fork(file, {
    execArgv: loaderOf(file),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const waiting = new Map<
    number,
    { resolve(answer: Answer | null): void; reject(e: Error): void }
  >();
  child.once('exit', (code, signal) => {
    for (const { reject } of waiting.values())
      reject(new Error(`It ended: ${signal ?? code}. ${said}`));
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const reached = new Promise<void>((resolve) => {
    lines.on('line', (line) => line.startsWith(REACHED) && resolve());
  });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${file.pathname} ended with ${code}: ${said}`)));
    child.on('message', (message: FromProcess) => {
      if ('isReady' in message) return resolve();
      waiting.get(message.id)?.resolve(message.answer);
      waiting.delete(message.id);
    });
    child.send({ setting } satisfies ToProcess<object>);
  });
  return {
    child,
    reached,
    send: (id, message) =>
      new Promise((resolve, reject) => {
        if (child.exitCode !== null || child.signalCode !== null) {
          return reject(new Error('It has ended.'));
        }
        waiting.set(id, { resolve, reject });
        child.send(message, (error) => error && reject(error));
      }),
  };
}

/** Inside the process: takes its setting, opens what is to be asked, and answers until somebody ends it. */
export function serveUntilKilled<Setting>(
  points: CrashPoints,
  open: (setting: Setting) => Promise<Subgraph>,
): void {
  let subgraph: Subgraph;
  const tell = (message: FromProcess) => process.send?.(message);
  process.on('disconnect', () => process.exit(0));
  process.on('message', async (message: ToProcess<Setting>) => {
    if ('setting' in message) {
      subgraph = await open(message.setting);
      tell({ isReady: true });
    } else if ('arm' in message) {
      points.arm(message.arm);
      tell({ id: message.id, answer: null });
    } else {
      const { id, query, variables, viewer } = message.ask;
      const identity = { viewer, requestId: `asked ${id}` };
      const answer = await subgraph.execute({ query, variables, identity });
      tell({ id, answer: JSON.parse(JSON.stringify(answer)) });
    }
  });
}
