import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { median } from '../median.ts';
import { cpuSeconds, threadSeconds } from '../processes.ts';
import { type Crowd, gatherCrowd } from './clients/crowd.ts';
import type { Contender, RunningServer } from './contenders/contender.ts';

export interface JoinsOptions {
  /** How many join in one turn. */
  readonly atATime: number;
  readonly turns: number;
  readonly folder: string;
}

interface Entrant {
  readonly name: string;
  readonly server: RunningServer;
  readonly crowd: Crowd;
  /** Of each turn, for each who joined: microseconds of the process, of the thread that runs its code, and of the clock. */
  readonly process: number[];
  readonly main: number[];
  readonly clock: number[];
}

/** Milliseconds after the last has joined in which a server ends what it began for them. */
const CALM_MS = 100;

/**
 * Joins alone, by turns: crowds of one size come to each contender, one crowd after the other. The first crowd does not count, nor is any
 * message said. A table of what one who joins costs.
 */
export async function measureJoins(
  contenders: readonly Contender[],
  { atATime, turns, folder: common }: JoinsOptions,
): Promise<string> {
  const entrants: Entrant[] = [];
  try {
    for (const [place, contender] of contenders.entries()) {
      const folder = join(common, `${place}`);
      mkdirSync(folder, { recursive: true });
      const server = await contender.start({ folder, place, nodeFlags: [] });
      const crowd = await gatherCrowd(server, atATime * (turns + 1), folder);
      const { name } = contender;
      entrants.push({ name, server, crowd, process: [], main: [], clock: [] });
      // What others follow already is another thing to join than what nobody does.
      await crowd.join(1, 1);
      await crowd.join(atATime, 1);
    }
    for (let turn = 1; turn <= turns; turn += 1) {
      for (const entrant of entrants) await takeTurn(entrant, atATime, turn);
    }
  } finally {
    for (const { crowd, server } of entrants) {
      await crowd.leave();
      await server.stop();
    }
  }
  return [
    `| ${turns} turns of ${atATime} joins | joins/s | CPU µs each, median and least | of its main thread |`,
    '|---|---|---|---|',
    ...entrants.map(
      ({ name, process, main, clock }) =>
        `| ${name} | ${(1e6 / median(clock)).toFixed(0)} | ${median(process).toFixed(0)}, ` +
        `${Math.min(...process).toFixed(0)} | ${median(main).toFixed(0)} |`,
    ),
  ].join('\n');
}

async function takeTurn(entrant: Entrant, atATime: number, turn: number): Promise<void> {
  const { server, crowd } = entrant;
  const before = { process: cpuSeconds(server.pid), main: threadSeconds(server.pid).main };
  const from = performance.now();
  await crowd.join(atATime * (turn + 1), 1);
  entrant.clock.push(((performance.now() - from) * 1_000) / atATime);
  await delay(CALM_MS);
  const each = (seconds: number) => (seconds * 1e6) / atATime;
  entrant.process.push(each(cpuSeconds(server.pid) - before.process));
  entrant.main.push(each(threadSeconds(server.pid).main - before.main));
}
