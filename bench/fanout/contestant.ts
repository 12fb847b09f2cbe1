import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { median } from '../median.ts';
import { cpuSeconds, residentMegabytes } from '../processes.ts';
import type { TakesTurns } from '../turns.ts';
import { type Crowd, gatherCrowd } from './clients/crowd.ts';
import { machineTime } from './clock.ts';
import type { Contender, RunningServer } from './contenders/contender.ts';
import type { Measurement } from './measure.ts';

/** A contender with its crowd in the room, stopped as long as it is not its turn. */
export interface Contestant extends TakesTurns {
  /** What was before does not count. */
  startMeasuring(): void;
  result(): Promise<Measurement>;
  leave(): Promise<void>;
}

export interface EntryOptions {
  readonly subscribers: number;
  readonly folder: string;
  /** Among the contenders, from 0: it has ports and a folder of its own. */
  readonly place: number;
  readonly profile?: string | undefined;
  /** Whether to look at what an idle subscriber adds to memory, which takes a minute and a half. */
  readonly weighs: boolean;
}

const MESSAGES_ALONE = 20;
/** Milliseconds of calm before garbage is collected. */
const CALM_MS = 1_500;
/**
 * Milliseconds of calm after that until memory is looked at: V8 keeps room for what is young, tens of megabytes after a crowd has
 * come, and gives it back when nothing has happened for half a minute.
 */
const GIVEN_BACK_MS = 45_000;
const collectGarbage = fileURLToPath(new URL('collect-garbage.mjs', import.meta.url));

/** Starts a contender, lets its crowd in, and measures what that costs. */
export async function enter(
  contender: Contender,
  { subscribers, folder: common, place, profile, weighs }: EntryOptions,
): Promise<Contestant> {
  const folder = join(common, `${place}`);
  mkdirSync(folder, { recursive: true });
  const profiling = profile ? ['--cpu-prof', '--cpu-prof-dir', profile] : [];
  const nodeFlags = ['--expose-gc', '--import', collectGarbage, ...profiling];
  const server = await contender.start({ folder, place, nodeFlags });
  let crowd: Crowd | null = null;
  const leave = async (): Promise<void> => {
    process.kill(server.pid, 'SIGCONT');
    await crowd?.leave();
    await server.stop();
  };
  try {
    crowd = await gatherCrowd(server, subscribers, folder);
    const room = createRoom(server, crowd);
    const entry = await letIn(server, crowd, room, { subscribers, weighs });
    process.kill(server.pid, 'SIGSTOP');
    return { ...turns(server, crowd, room, { contender: contender.name, ...entry }), leave };
  } catch (error) {
    await leave();
    throw error;
  }
}

type Entry = Pick<
  Measurement,
  | 'contender'
  | 'subscribers'
  | 'idleKb'
  | 'joinsPerSecond'
  | 'joinMicroseconds'
  | 'fetchesAlone'
  | 'upstreams'
>;

/** First one subscriber for a few messages, then all of them at once. */
async function letIn(
  server: RunningServer,
  crowd: Crowd,
  room: Room,
  { subscribers, weighs }: Pick<EntryOptions, 'subscribers' | 'weighs'>,
): Promise<Omit<Entry, 'contender'>> {
  await crowd.join(1, 1);
  await room.sayUntil(() => room.said >= MESSAGES_ALONE);
  const seen = await server.seen();
  await room.sayUntil(() => room.said >= 2 * MESSAGES_ALONE);
  const fetches = fetchesBetween(seen, await server.seen());
  const before = weighs ? await idleMegabytes(server.pid) : null;
  const cpuBefore = cpuSeconds(server.pid);
  const joiningFrom = performance.now();
  await crowd.join(subscribers, room.said + 1);
  const joinSeconds = (performance.now() - joiningFrom) / 1_000;
  const joinCpu = cpuSeconds(server.pid) - cpuBefore;
  const grown = before === null ? null : (await idleMegabytes(server.pid)) - before;
  return {
    subscribers,
    idleKb: grown === null ? null : (grown * 1_024) / Math.max(1, subscribers - 1),
    joinsPerSecond: (subscribers - 1) / joinSeconds,
    joinMicroseconds: (joinCpu / Math.max(1, subscribers - 1)) * 1e6,
    fetchesAlone: fetches === null ? null : fetches / MESSAGES_ALONE,
    upstreams: (await server.seen())?.open ?? null,
  };
}

/** What was measured so far. */
interface Tally {
  seconds: number;
  cpu: number;
  fetches: number | null;
}

function turns(
  server: RunningServer,
  crowd: Crowd,
  room: Room,
  entry: Entry,
): Omit<Contestant, 'leave'> {
  let tally: Tally = { seconds: 0, cpu: 0, fetches: 0 };
  return {
    // Says one message after the other.
    takeTurn: async (milliseconds) => {
      process.kill(server.pid, 'SIGCONT');
      const seen = await server.seen();
      const cpu = cpuSeconds(server.pid);
      const from = performance.now();
      await room.sayUntil(() => performance.now() >= from + milliseconds);
      tally.seconds += (performance.now() - from) / 1_000;
      tally.cpu += cpuSeconds(server.pid) - cpu;
      const fetches = fetchesBetween(seen, await server.seen());
      tally.fetches = fetches === null ? null : (tally.fetches ?? 0) + fetches;
      process.kill(server.pid, 'SIGSTOP');
    },
    startMeasuring: () => {
      crowd.measure();
      room.reachMs.length = 0;
      tally = { seconds: 0, cpu: 0, fetches: 0 };
    },
    result: async () => {
      const { seconds, cpu, fetches } = tally;
      const messages = room.reachMs.length;
      const delivered = messages * entry.subscribers;
      return {
        ...entry,
        ...(await crowd.report(room.said)),
        deliveredPerSecond: delivered / seconds,
        reachMs: median(room.reachMs),
        cpuMicroseconds: (cpu / delivered) * 1e6,
        cpuShare: cpu / seconds,
        rssMb: residentMegabytes(server.pid),
        fetchesUnderLoad: fetches === null ? null : fetches / messages,
      };
    },
  };
}

type Seen = Awaited<ReturnType<RunningServer['seen']>>;

const fetchesBetween = (before: Seen, after: Seen): number | null =>
  before && after && after.fetches - before.fetches;

interface Room {
  readonly said: number;
  /** How long each message took to reach all. */
  readonly reachMs: number[];
  /** Says one message after the other, each when all have the last. */
  sayUntil(enough: () => boolean): Promise<void>;
}

function createRoom(server: RunningServer, crowd: Crowd): Room {
  let said = 0;
  const reachMs: number[] = [];
  return {
    get said() {
      return said;
    },
    reachMs,
    sayUntil: async (enough) => {
      while (!enough()) {
        said += 1;
        const reached = crowd.reached(said);
        const at = machineTime();
        const saying = server.say(said);
        crowd.sent(said, at);
        const [reachedAt] = await Promise.all([reached, saying]);
        reachMs.push(reachedAt - at);
      }
    },
  };
}

/** Memory of a process in which nothing happens. */
async function idleMegabytes(pid: number): Promise<number> {
  await delay(CALM_MS);
  process.kill(pid, 'SIGUSR2');
  await delay(GIVEN_BACK_MS);
  return residentMegabytes(pid);
}
