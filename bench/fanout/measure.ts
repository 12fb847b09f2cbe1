import { setTimeout as delay } from 'node:timers/promises';
import { takeTurns } from '../turns.ts';
import type { ClientsReport } from './clients/messages.ts';
import type { Contender } from './contenders/contender.ts';
import { type Contestant, enter } from './contestant.ts';

export interface Measurement extends ClientsReport {
  readonly contender: string;
  readonly subscribers: number;
  readonly deliveredPerSecond: number;
  /** Milliseconds from posting a message until the last subscriber has it; the median. */
  readonly reachMs: number;
  /** The server's processor time per delivered message, and its share of the time measured. */
  readonly cpuMicroseconds: number;
  readonly cpuShare: number;
  /** At the end of the load. */
  readonly rssMb: number;
  /** How much an idle subscriber adds to the server's memory; null in rounds that do not measure it. */
  readonly idleKb: number | null;
  /** How many got into the room per second, all coming at once. */
  readonly joinsPerSecond: number;
  /** The server's processor time for each of them. */
  readonly joinMicroseconds: number;
  /** Requests to subgraphs for each event: with one subscriber, and with all; null without. */
  readonly fetchesAlone: number | null;
  readonly fetchesUnderLoad: number | null;
  /** Subscriptions of the server at its subgraphs, when all are in the room. */
  readonly upstreams: number | null;
}

export interface MeasureOptions {
  readonly subscribers: number;
  /** For each contender. */
  readonly warmupMs: number;
  readonly measureMs: number;
  readonly folder: string;
  /** Where to write a processor profile of the servers, which slows them a little. */
  readonly profile?: string | undefined;
  /** Whether to look at what an idle subscriber adds to memory. */
  readonly weighs: boolean;
}

/** Milliseconds of calm after the last message. */
const CALM_MS = 1_500;

/** All contenders in turn, each from start to end with this many subscribers. */
export async function measure(
  contenders: readonly Contender[],
  { subscribers, warmupMs, measureMs, folder, profile, weighs }: MeasureOptions,
): Promise<Measurement[]> {
  const contestants: Contestant[] = [];
  try {
    for (const [place, contender] of contenders.entries()) {
      contestants.push(await enter(contender, { subscribers, folder, place, profile, weighs }));
    }
    await takeTurns(contestants, warmupMs);
    for (const contestant of contestants) contestant.startMeasuring();
    await takeTurns(contestants, measureMs);
    await delay(CALM_MS);
    const measurements: Measurement[] = [];
    for (const contestant of contestants) measurements.push(await contestant.result());
    return measurements;
  } finally {
    await Promise.all(contestants.map((contestant) => contestant.leave()));
  }
}
