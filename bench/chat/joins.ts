import { createLatencies } from '../fanout/clients/latencies.ts';
import type { TakesTurns } from '../turns.ts';
import type { Talk } from './talk.ts';

export interface JoinTally {
  readonly perSecond: number;
  readonly p99Ms: number;
}

export interface Joins extends TakesTurns {
  tally(): JoinTally;
}

/**
 * People who connect, listen to a room and leave again: a fixed number at any moment, distributed over the
 * rooms.
 */
export function createJoins(talk: Talk, rooms: number, inFlight: number): Joins {
  const latencies = createLatencies();
  let begun = 0;
  let joined = 0;
  let seconds = 0;
  const joinNext = async (): Promise<void> => {
    const room = begun % rooms;
    begun += 1;
    const from = performance.now();
    const leave = await talk.join(room);
    latencies.add(performance.now() - from);
    joined += 1;
    leave();
  };
  return {
    takeTurn: async (milliseconds) => {
      const from = performance.now();
      const come = async () => {
        while (performance.now() < from + milliseconds) await joinNext();
      };
      await Promise.all(Array.from({ length: inFlight }, come));
      seconds += (performance.now() - from) / 1_000;
    },
    tally: () => ({ perSecond: joined / seconds, p99Ms: latencies.percentile(0.99) }),
  };
}
