import { setTimeout as delay } from 'node:timers/promises';
import { createLatencies } from '../fanout/clients/latencies.ts';
import { cpuSeconds } from '../processes.ts';
import type { TakesTurns } from '../turns.ts';
import type { Talk } from './talk.ts';

export interface Tally {
  readonly name: string;
  readonly rooms: number;
  readonly acceptedPerSecond: number;
  readonly deliveredPerSecond: number;
  /** The time from posting a message until a listener has it. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Deliveries that were not due. */
  readonly surplus: number;
  /** Milliseconds of processor for each message that was accepted, by process. */
  readonly cpuMs: Readonly<Record<string, number>>;
}

export interface LoadOptions {
  readonly rooms: number;
  readonly listeners: number;
  /** So many messages are on their way at any moment, round the rooms. */
  readonly inFlight: number;
}

export interface Load extends TakesTurns {
  readonly talk: Talk;
  /** Messages since it was opened. */
  readonly said: number;
  hear(text: string): void;
  /** So many a second, however long each is on its way; null as many as come through. */
  pace(perSecond: number | null): void;
  startMeasuring(): Promise<void>;
  tally(): Tally;
  stop(): Promise<void>;
}

/** How long each listener may wait for a message before it counts as lost, which ends the run. */
const LOST_MS = 10_000;

interface Saying {
  readonly at: number;
  due: number;
  arrived(): void;
}

/** The next message is posted when every listener of its room has the previous one. */
export async function createLoad(
  { rooms, listeners, inFlight }: LoadOptions,
  open: (hear: (text: string) => void) => Promise<Talk>,
): Promise<Load> {
  const waiting = new Map<string, Saying>();
  const latencies = createLatencies();
  const nothing = { accepted: 0, delivered: 0, seconds: 0, surplus: 0 };
  let counts = { ...nothing };
  let processes: Readonly<Record<string, readonly number[]>> = {};
  let cpu = new Map<string, number>();
  let rate: number | null = null;
  let said = 0;

  const hear = (text: string): void => {
    const saying = waiting.get(text);
    if (!saying) {
      counts.surplus += 1;
      return;
    }
    latencies.add(performance.now() - saying.at);
    counts.delivered += 1;
    saying.due -= 1;
    if (saying.due > 0) return;
    waiting.delete(text);
    saying.arrived();
  };
  const talk = await open(hear);
  const sayNext = async (at = performance.now()): Promise<void> => {
    const number = said;
    said += 1;
    const text = `${number}: the harbour lay quiet under snow while somebody counted boats`;
    const arrived = new Promise<void>((resolve, reject) => {
      const lost = setTimeout(() => reject(new Error(`${talk.name} lost ${text}`)), LOST_MS);
      const done = () => {
        clearTimeout(lost);
        resolve();
      };
      waiting.set(text, { at, due: listeners, arrived: done });
    });
    const kept = talk.say(number % rooms, text).then(() => {
      counts.accepted += 1;
    });
    await Promise.all([arrived, kept]);
  };
  /** The next as soon as one has arrived. */
  const sayMany = async (from: number, milliseconds: number) => {
    const speak = async () => {
      while (performance.now() < from + milliseconds) await sayNext();
    };
    await Promise.all(Array.from({ length: inFlight }, speak));
  };
  /** One after the other at their times; of one that is late the time counts at which it was due. */
  const sayPaced = async (from: number, milliseconds: number, perSecond: number) => {
    const all: Promise<void>[] = [];
    for (let due = from; due < from + milliseconds; due += 1_000 / perSecond) {
      await delay(Math.max(0, due - performance.now()));
      all.push(sayNext(due));
    }
    await Promise.all(all);
  };
  const usedBy = () =>
    Object.entries(processes).map(
      ([name, pids]) => [name, pids.reduce((sum, pid) => sum + (cpuSeconds(pid) || 0), 0)] as const,
    );
  return {
    talk,
    get said() {
      return said;
    },
    hear,
    pace: (perSecond) => {
      rate = perSecond;
    },
    startMeasuring: async () => {
      processes = await talk.processes();
      cpu = new Map();
      latencies.clear();
      counts = { ...nothing };
    },
    takeTurn: async (milliseconds) => {
      const before = new Map(usedBy());
      const from = performance.now();
      if (rate === null) await sayMany(from, milliseconds);
      else await sayPaced(from, milliseconds, rate);
      counts.seconds += (performance.now() - from) / 1_000;
      for (const [name, seconds] of usedBy()) {
        cpu.set(name, (cpu.get(name) ?? 0) + seconds - (before.get(name) ?? 0));
      }
    },
    tally: () => ({
      ...{ name: talk.name, rooms, surplus: counts.surplus },
      acceptedPerSecond: counts.accepted / counts.seconds,
      deliveredPerSecond: counts.delivered / counts.seconds,
      p50Ms: latencies.percentile(0.5),
      p99Ms: latencies.percentile(0.99),
      cpuMs: Object.fromEntries(
        [...cpu].map(([name, seconds]) => [name, (seconds * 1_000) / counts.accepted]),
      ),
    }),
    stop: () => talk.stop(),
  };
}

/**
 * So many messages of each, by turns. In the same time the faster of two has said a hundred times as many, so that one is
 * measured with its code compiled and the other while it is being compiled.
 */
export async function sayAtLeast(loads: readonly Load[], messages: number): Promise<void> {
  for (;;) {
    const behind = loads.filter(({ said }) => said < messages);
    if (behind.length === 0) return;
    for (const load of behind) await load.takeTurn(500);
  }
}
