import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What V8 writes, as far as it is read here: which sample was taken how many microseconds after the one before it. */
export interface Profile {
  readonly startTime: number;
  readonly endTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/**
 * V8 looks every millisecond. A process that nobody looked at for so much longer did not run: it was stopped, which it
 * is for half a second at least (`takeTurns`), or others had the core.
 */
const LONGEST_MICROSECONDS = 50_000;

/**
 * A profile without the time for which its process was stopped. V8 books that on whatever ran when it went on again,
 * which made functions of no weight the heaviest.
 */
export function withoutStops<One extends Profile>(profile: One): One {
  let stopped = 0;
  const timeDeltas = profile.timeDeltas.map((delta) => {
    if (delta <= LONGEST_MICROSECONDS) return delta;
    stopped += delta;
    return 0;
  });
  return { ...profile, timeDeltas, endTime: profile.endTime - stopped };
}

/** Takes the time of stops out of all profiles of a folder; those of before are left as they are, having none. */
export function takeOutStops(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.cpuprofile')) continue;
    const file = join(folder, name);
    const profile: Profile = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify(withoutStops(profile)));
  }
}
