import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../median.ts';
import { cpuSeconds, residentMegabytes, SERVER_CORE, start, untilListening } from '../processes.ts';
import type { TakesTurns } from '../turns.ts';
import { type BenchCase, type BenchOperation, GATEWAY_PORT, SUBGRAPH_PORT } from './cases/case.ts';
import type { Contender } from './contenders/contender.ts';
import { ask, IN_PARTS, JSON_ALONE, type LoadOptions, load } from './load.ts';
import type { Measurement } from './report.ts';

/** A gateway that runs, stopped as long as it is not its turn. */
export interface Contestant extends TakesTurns {
  /** What it answers to each request when it is asked once. */
  readonly answers: readonly Buffer[];
  /** What was before does not count. */
  startMeasuring(): void;
  result(): Measurement;
  leave(): Promise<void>;
}

export interface EntryOptions {
  readonly benchCase: BenchCase;
  readonly supergraphFile: string;
  readonly operation: BenchOperation;
  readonly folder: string;
  /** Among the contenders, from 0: it has a port and a folder of its own. */
  readonly place: number;
  readonly connections: number;
  readonly flags: readonly string[];
}

/** Starts a contender and asks it everything twice: the second time tells what one request costs. */
export async function enter(contender: Contender, options: EntryOptions): Promise<Contestant> {
  const { operation, place, connections, flags, ...setting } = options;
  const folder = join(setting.folder, `${place}`);
  mkdirSync(folder, { recursive: true });
  const port = GATEWAY_PORT + place;
  const { path, args, ...command } = contender.command({ ...setting, folder, port });
  const gateway = start({
    ...command,
    args: [...flags, ...args],
    core: SERVER_CORE,
    logFile: join(folder, 'gateway.log'),
  });
  const leave = async (): Promise<void> => {
    process.kill(gateway.pid, 'SIGCONT');
    await gateway.stop();
  };
  try {
    await untilListening(port);
    const isDeferred = operation.isDeferred && contender.defers;
    const accept = isDeferred ? IN_PARTS : JSON_ALONE;
    const bodies = operation.requests.map(({ query, variables }) =>
      JSON.stringify({ query: isDeferred ? query : query.replaceAll('@defer', ''), variables }),
    );
    for (const body of bodies) await ask(port, path, body, accept);
    const before = await fetchesSoFar();
    const requests: LoadOptions['requests'][number][] = [];
    for (const body of bodies)
      requests.push({ body, expected: await ask(port, path, body, accept) });
    const fetchesAlone = ((await fetchesSoFar()) - before) / bodies.length;
    process.kill(gateway.pid, 'SIGSTOP');
    const ours = { contender: contender.name, operation: operation.name, fetchesAlone };
    const answers = requests.map(({ expected }) => expected);
    return {
      ...turns(gateway.pid, { port, path, accept, requests, connections }, ours),
      answers,
      leave,
    };
  } catch (error) {
    await leave();
    throw error;
  }
}

function turns(
  pid: number,
  asked: LoadOptions,
  ours: Pick<Measurement, 'contender' | 'operation' | 'fetchesAlone'>,
): Pick<Contestant, 'takeTurn' | 'startMeasuring' | 'result'> {
  const nothing = () => ({
    latencies: [] as number[],
    seconds: 0,
    wrong: 0,
    fetches: 0,
    cpu: [] as number[],
  });
  let tally = nothing();
  return {
    takeTurn: async (milliseconds) => {
      const fetches = await fetchesSoFar();
      process.kill(pid, 'SIGCONT');
      const cpu = cpuSeconds(pid);
      const turn = await load(asked, milliseconds);
      tally.cpu.push((cpuSeconds(pid) - cpu) / turn.latencies.length);
      process.kill(pid, 'SIGSTOP');
      tally.fetches += (await fetchesSoFar()) - fetches;
      tally.seconds += turn.seconds;
      tally.wrong += turn.wrong;
      for (const latency of turn.latencies) tally.latencies.push(latency);
    },
    startMeasuring: () => {
      tally = nothing();
    },
    result: () => {
      const latencies = tally.latencies.sort((a, b) => a - b);
      const answered = latencies.length;
      const percentile = (share: number): number =>
        latencies[Math.min(answered - 1, Math.floor(answered * share))] ?? Number.NaN;
      return {
        ...ours,
        requestsPerSecond: answered / tally.seconds,
        p50Ms: percentile(0.5),
        p99Ms: percentile(0.99),
        wrong: tally.wrong,
        rssMb: residentMegabytes(pid),
        // Of all turns, as a neighbour on the machine makes some of them dear for whoever has them.
        cpuMicroseconds: median(tally.cpu) * 1e6,
        fetchesUnderLoad: tally.fetches / answered,
      };
    },
  };
}

async function fetchesSoFar(): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${SUBGRAPH_PORT}/requests`);
  return Number(await response.text());
}
