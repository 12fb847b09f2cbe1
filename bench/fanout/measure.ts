import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { median } from '../median.ts';
import { cpuSeconds, residentMegabytes } from '../processes.ts';
import { type Crowd, gatherCrowd } from './clients/crowd.ts';
import type { ClientsReport } from './clients/messages.ts';
import { machineTime } from './clock.ts';
import type { Contender, RunningServer } from './contenders/contender.ts';

export interface Measurement extends ClientsReport {
  readonly contender: string;
  readonly subscribers: number;
  readonly deliveredPerSecond: number;
  /** Milliseconds from sending a message until the last has it; the median. */
  readonly reachMs: number;
  /** The server's processor time per delivered message, and its share of the time measured. */
  readonly cpuMicroseconds: number;
  readonly cpuShare: number;
  /** At the end of the load. */
  readonly rssMb: number;
  /** What an idle subscriber adds to the server's memory. */
  readonly idleKb: number;
  /** How many got into the room per second, all coming at once. */
  readonly joinsPerSecond: number;
  /** Requests to subgraphs for each event: with one subscriber, and with all; null without. */
  readonly fetchesAlone: number | null;
  readonly fetchesUnderLoad: number | null;
  /** Subscriptions of the server at its subgraphs, when all are in the room. */
  readonly upstreams: number | null;
}

export interface MeasureOptions {
  readonly subscribers: number;
  readonly warmupMs: number;
  readonly measureMs: number;
  readonly folder: string;
  /** Where to write a processor profile of the server, which slows it a little. */
  readonly profile?: string | undefined;
}

const MESSAGES_ALONE = 20;
/** Milliseconds of calm before memory is looked at, and after the last message. */
const CALM_MS = 1_500;
const collectGarbage = fileURLToPath(new URL('collect-garbage.mjs', import.meta.url));

/** One contender with so many subscribers, from its start to its end. */
export async function measure(
  contender: Contender,
  { subscribers, warmupMs, measureMs, folder, profile }: MeasureOptions,
): Promise<Measurement> {
  const profiling = profile ? ['--cpu-prof', '--cpu-prof-dir', profile] : [];
  const nodeFlags = ['--expose-gc', '--import', collectGarbage, ...profiling];
  const server = await contender.start({ folder, nodeFlags });
  let crowd: Crowd | null = null;
  try {
    crowd = await gatherCrowd(server, subscribers, folder);
    const room = createRoom(server, crowd);
    await crowd.join(1, 1);
    await room.sayUntil(() => room.said >= MESSAGES_ALONE);
    const alone = await room.fetchesPerMessage(() => room.sayUntil(after(room, MESSAGES_ALONE)));

    const before = await idleMegabytes(server.pid);
    const joiningFrom = performance.now();
    await crowd.join(subscribers, room.said + 1);
    const joinSeconds = (performance.now() - joiningFrom) / 1_000;
    const idle = await idleMegabytes(server.pid);
    const upstreams = (await server.seen())?.open ?? null;

    await room.sayUntil(elapsed(warmupMs));
    crowd.measure();
    room.reachMs.length = 0;
    const cpuBefore = cpuSeconds(server.pid);
    const from = performance.now();
    const fetchesUnderLoad = await room.fetchesPerMessage(() => room.sayUntil(elapsed(measureMs)));
    const seconds = (performance.now() - from) / 1_000;
    const cpu = cpuSeconds(server.pid) - cpuBefore;
    const rssMb = residentMegabytes(server.pid);
    await delay(CALM_MS);
    const delivered = room.reachMs.length * subscribers;
    return {
      ...(await crowd.report(room.said)),
      contender: contender.name,
      subscribers,
      deliveredPerSecond: delivered / seconds,
      reachMs: median(room.reachMs),
      cpuMicroseconds: (cpu / delivered) * 1e6,
      cpuShare: cpu / seconds,
      rssMb,
      idleKb: ((idle - before) * 1_024) / Math.max(1, subscribers - 1),
      joinsPerSecond: (subscribers - 1) / joinSeconds,
      fetchesAlone: alone,
      fetchesUnderLoad,
      upstreams,
    };
  } finally {
    await crowd?.leave();
    await server.stop();
  }
}

interface Room {
  readonly said: number;
  /** How long each message took to reach all. */
  readonly reachMs: number[];
  /** Says one message after the other, each when all have the last. */
  sayUntil(enough: () => boolean): Promise<void>;
  fetchesPerMessage(work: () => Promise<void>): Promise<number | null>;
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
    fetchesPerMessage: async (work) => {
      const [before, from] = [await server.seen(), said];
      await work();
      const seen = await server.seen();
      return before && seen && (seen.fetches - before.fetches) / (said - from);
    },
  };
}

const after = (room: Room, messages: number): (() => boolean) => {
  const until = room.said + messages;
  return () => room.said >= until;
};

const elapsed = (milliseconds: number): (() => boolean) => {
  const until = performance.now() + milliseconds;
  return () => performance.now() >= until;
};

/** Memory after a calm moment and a collection. */
async function idleMegabytes(pid: number): Promise<number> {
  await delay(CALM_MS);
  process.kill(pid, 'SIGUSR2');
  await delay(CALM_MS);
  return residentMegabytes(pid);
}
